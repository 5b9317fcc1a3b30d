import { describe, expect, it } from 'vitest'
import { settle } from '../../src/testing/index.ts'
import { codeOf, SECOND, stage } from '../stage.ts'

describe('a tab', () => {
  it('hidden and shown while its token is fresh asks for nothing', async () => {
    const { client, broker, clock, signals } = stage()
    client.keepFresh('cards')
    await settle()
    for (let n = 0; n < 50; n += 1) {
      signals.hide()
      await clock.advance(SECOND)
      signals.show()
    }
    expect(broker.requests()).toHaveLength(1)
  })

  it('shown five times in a row with a token past its time asks once', async () => {
    const { client, broker, clock, signals } = stage({}, { latencyMs: 100 })
    client.keepFresh('cards')
    await clock.advance(200)
    signals.hide()
    await clock.advance(400 * SECOND)
    for (const cause of ['visibilitychange', 'pageshow', 'resume', 'online', 'focus'] as const) {
      signals.show()
      signals.wake(cause)
    }
    await clock.advance(200)
    expect(broker.requests()).toHaveLength(2)
  })

  it('that was hidden all along serves calls as any other, and arms no timer for them', async () => {
    const { client, broker, clock, signals } = stage()
    signals.hide()
    expect(await codeOf(client.getToken('cards'))).toBe('resolved')
    expect(clock.pending()).toBe(0)
    await clock.advance(400 * SECOND)
    expect(await codeOf(client.getToken('cards'))).toBe('resolved')
    expect(broker.requests()).toHaveLength(2)
    expect(clock.pending()).toBe(0)
  })

  it('that is to keep its tokens in the background does', async () => {
    const { client, broker, clock, signals } = stage({ keepInBackground: true })
    client.keepFresh('cards')
    signals.hide()
    await clock.advance(600 * SECOND)
    expect(broker.requests()).toHaveLength(3)
  })

  it('reads a status without asking anybody', async () => {
    const { client, broker } = stage()
    expect(client.status('cards')).toMatchObject({ status: 'idle', generation: 0 })
    client.subscribe('cards', () => {})
    await settle()
    expect(broker.requests()).toEqual([])
  })

  it('with two who keep a token fresh refreshes once, until the last has left', async () => {
    const { client, broker, clock } = stage()
    const releases = [client.keepFresh('cards'), client.keepFresh('cards')]
    await clock.advance(211 * SECOND)
    expect(broker.requests()).toHaveLength(2)
    releases[0]?.()
    await clock.advance(420 * SECOND)
    expect(broker.requests()).toHaveLength(4)
    releases[1]?.()
    await clock.advance(3_600 * SECOND)
    expect(broker.requests()).toHaveLength(5)
  })
})
