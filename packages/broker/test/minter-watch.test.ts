import type { Minter, MinterNotice } from '@valetkey/broker'
import { createTestMinter } from '@valetkey/broker/testing'
import { describe, expect, it } from 'vitest'
import { askOne, createApp, createManualClock } from './harness.ts'

type Notify = (notice: MinterNotice) => void

/** A minter that is watched, with what its watcher does at hand. */
function watched(changes: Partial<Minter> = {}): {
  minter: Minter
  tell: Notify
  stops: () => number
} {
  let notify: Notify = () => {}
  let stopped = 0
  const minter: Minter = {
    ...createTestMinter({ clock: createManualClock() }),
    watch(tell) {
      notify = tell
      return () => void (stopped += 1)
    },
    ...changes,
  }
  return { minter, tell: (notice) => notify(notice), stops: () => stopped }
}

describe('a minter that looks after its credential', () => {
  it('begins with the broker and ends with it, once, under however many names', async () => {
    const { minter, tell, stops } = watched()
    const { broker, events } = createApp({ audiences: { cards: minter, notes: { minter } } })
    tell({ kind: 'reloaded', detail: 'a new key is in use' })
    expect(events).toEqual([
      {
        event: 'minter',
        minter: 'test',
        audiences: ['cards', 'notes'],
        kind: 'reloaded',
        detail: 'a new key is in use',
      },
    ])
    await broker.close()
    expect(stops()).toBe(1)
  })

  it('tells an assumption as a warning, which a broker without a logger prints', () => {
    const { minter, tell } = watched()
    const warnings: string[] = []
    const logger = {
      info() {},
      error() {},
      warn: (_: object, line: string) => void warnings.push(line),
    }
    createApp({ audiences: { cards: minter }, logger })
    tell({ kind: 'assumption', detail: 'the path is assumed' })
    expect(warnings).toEqual(['test: the path is assumed'])
  })

  it('shows no secret in what it says', () => {
    const { minter, tell } = watched()
    const { events, logged } = createApp({ audiences: { cards: minter } })
    tell({ kind: 'reload-failed', detail: 'cannot parse { secretKey: "canary-0123456789" }' })
    expect(JSON.stringify([events, logged])).not.toContain('canary')
    expect(events).toMatchObject([{ detail: expect.stringContaining('cannot parse') }])
  })

  it('that cannot begin is a fault in the log, and no reason not to serve', () => {
    const { minter } = watched({
      watch: () => {
        throw new Error('no such folder')
      },
    })
    const { faults } = createApp({ audiences: { cards: minter } })
    expect(faults()).toMatchObject([{ detail: expect.stringContaining('no such folder') }])
  })

  it('gets no token of a former credential handed out', async () => {
    const versions = ['one']
    const { minter } = watched({ credentialVersion: () => versions.at(-1)! })
    const { broker } = createApp({ audiences: { cards: minter } })
    const values: unknown[] = []
    for (const version of ['one', 'two', 'two']) {
      versions.push(version)
      values.push((await askOne(broker, 'cards')).access_token)
    }
    expect(values).toEqual(['test.cards.1', 'test.cards.2', 'test.cards.2'])
  })
})
