import { describe, expect, it } from 'vitest'
import { settle } from '../src/testing/index.ts'
import { SECOND, stage } from './stage.ts'
import { within } from './story.ts'

describe('refreshing', () => {
  it('serves the token it has and refreshes meanwhile, between the margins', async () => {
    const { client, broker, clock, signals } = stage({}, { latencyMs: 0 })
    signals.hide()
    const first = await client.getToken('cards')
    await clock.advance(220 * SECOND)
    expect((await client.getToken('cards')).value).toBe(first.value)
    await settle()
    expect(broker.requests()).toHaveLength(2)
    expect((await client.getToken('cards')).value).not.toBe(first.value)
  })

  it('refreshes by itself what was used lately, and stops when nobody comes back', async () => {
    const { client, broker, clock } = stage()
    await client.getToken('cards')
    await clock.advance(3_600 * SECOND)
    expect(broker.requests()).toHaveLength(2)
  })

  it('refreshes for as long as somebody keeps it fresh', async () => {
    const { client, broker, clock } = stage({}, { lifetimeSeconds: 10 })
    const release = client.keepFresh('records')
    await clock.advance(70 * SECOND)
    // Half of the draw of 0.1 to 0.5 leaves 70 % of 10 s between two refreshes.
    expect(broker.requests()).toHaveLength(11)
    expect(client.status('records').status).toBe('ready')
    release()
    await clock.advance(70 * SECOND)
    expect(broker.requests().length).toBeLessThan(14)
  })

  it('makes callers wait within the hard margin', async () => {
    const { client, broker, clock, signals } = stage({}, { lifetimeSeconds: 100 })
    signals.hide()
    const first = await client.getToken('cards')
    await clock.advance(91 * SECOND)
    expect((await client.getToken('cards')).value).not.toBe(first.value)
    expect(broker.requests()).toHaveLength(2)
  })

  it('takes along what is nearly due', async () => {
    const draws = [0.5, 0.4]
    const { client, broker, clock } = stage({ random: () => draws.shift() ?? 0.5 })
    await Promise.all([client.getToken('cards'), client.getToken('mail')])
    await clock.advance(211 * SECOND)
    expect(broker.requests().map(({ tokens }) => tokens.length)).toEqual([2, 2])
  })

  it('arms no timer in a hidden tab, and catches up when it is shown', async () => {
    const { client, broker, clock, signals } = stage()
    await client.getToken('cards')
    client.keepFresh('cards')
    signals.hide()
    await clock.advance(70 * SECOND)
    expect(clock.pending()).toBe(0)
    await clock.advance(3_600 * SECOND)
    expect(broker.requests()).toHaveLength(1)
    signals.show()
    await settle()
    expect(broker.requests()).toHaveLength(2)
  })

  it('asks on demand only for tokens that live under 3 s, and says so', async () => {
    const { client, broker, clock, types } = stage({}, { lifetimeSeconds: 2 })
    client.keepFresh('cards')
    await clock.advance(60 * SECOND)
    expect(broker.requests()).toHaveLength(1)
    expect(types()).toContain('short-lifetime')
    expect((await client.getToken('cards')).value).toBe('canary-2-cards')
  })

  it('does not storm when the broker insists on a token past its refresh point', async () => {
    const { client, broker, clock } = stage({}, { lifetimeSeconds: 10 })
    broker.stickToToken(true)
    client.keepFresh('cards')
    for (let n = 0; n < 600; n += 1) {
      await within(clock, client.getToken('cards'))
      await clock.advance(100)
    }
    // Asked at every call, it would be 30 requests for each of the six tokens.
    expect(broker.requests().length).toBeLessThanOrEqual(6 * 5)
  })

  it('never sleeps longer than a minute', async () => {
    const { client, clock } = stage({}, { lifetimeSeconds: 86_400 })
    client.keepFresh('cards')
    await clock.advance(600 * SECOND)
    expect(clock.longestDelayMs()).toBeLessThanOrEqual(60 * SECOND)
  })

  it('marks requests nobody waits for as background', async () => {
    const { client, broker, clock } = stage()
    await client.getToken('cards')
    await clock.advance(211 * SECOND)
    expect(broker.requests().map(({ background }) => background)).toEqual([undefined, true])
  })
})
