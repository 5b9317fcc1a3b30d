import { describe, expect, it } from 'vitest'
import { settle } from '../../src/testing/index.ts'
import { codeOf, SECOND, stage } from '../stage.ts'
import { within } from '../story.ts'

const HOUR_MS = 3_600 * SECOND
const signs = [
  ['forward', HOUR_MS],
  ['back', -HOUR_MS],
] as const

describe('a clock that is set', () => {
  it.each(signs)('an hour %s before the request changes nothing', async (_, ms) => {
    const { client, broker, clock } = stage({}, { skewMs: -ms })
    clock.jump(ms)
    await client.getToken('cards')
    for (let n = 0; n < 20; n += 1) {
      await clock.advance(SECOND)
      await client.getToken('cards')
    }
    expect(broker.requests()).toHaveLength(1)
  })

  it.each(signs)('an hour %s during the request costs one more', async (_, ms) => {
    const { client, broker, clock, types } = stage({}, { latencyMs: 2 * SECOND })
    const first = client.getToken('cards')
    await clock.advance(SECOND)
    clock.jump(ms)
    await within(clock, first)
    for (let n = 0; n < 20; n += 1) {
      await within(clock, client.getToken('cards'))
      await clock.advance(SECOND)
    }
    expect(broker.requests().length).toBeLessThanOrEqual(2)
    expect(types().filter((type) => type === 'clock-jump')).toHaveLength(1)
  })

  it.each(signs)('an hour %s after the request costs one more', async (_, ms) => {
    const { client, broker, clock } = stage()
    await client.getToken('cards')
    clock.jump(ms)
    for (let n = 0; n < 100; n += 1) {
      await client.getToken('cards')
      await clock.advance(100)
    }
    expect(broker.requests()).toHaveLength(2)
  })

  it('an hour forward, with a broker that says wait, signs nobody out', async () => {
    const { client, broker, clock } = stage()
    await client.getToken('cards')
    clock.jump(HOUR_MS)
    broker.failNext({ error: 'rate_limited', status: 429, retryAfterSeconds: 5 })
    expect(await codeOf(client.getToken('cards'))).toBe('rate_limited')
    await clock.advance(5 * SECOND)
    expect(await codeOf(client.getToken('cards'))).toBe('resolved')
    expect(broker.requests()).toHaveLength(3)
  })

  it('is no matter where the broker’s own clock is wrong by a day', async () => {
    const { client, broker, clock } = stage({}, { skewMs: 86_400 * SECOND })
    client.keepFresh('cards')
    await clock.advance(200 * SECOND)
    expect(broker.requests()).toHaveLength(1)
    expect(client.status('cards').expiresAt).toBe(clock.wall() + 100 * SECOND)
  })
})

describe('a machine that sleeps', () => {
  it('for two days serves a new token at the first call after', async () => {
    const { client, broker, clock, signals } = stage()
    client.keepFresh('cards')
    const before = await client.getToken('cards')
    clock.sleep(2 * 24 * HOUR_MS)
    expect((await client.getToken('cards')).value).not.toBe(before.value)
    signals.wake('resume')
    await clock.advance(20 * SECOND)
    expect(broker.requests().length).toBeLessThanOrEqual(3)
    expect(client.status('cards').status).toBe('ready')
  })

  it('for two days, woken without a network, tries again when it is back', async () => {
    const { client, broker, clock, signals } = stage()
    client.keepFresh('cards')
    await settle()
    clock.sleep(2 * 24 * HOUR_MS)
    signals.network(false)
    broker.unreachable(true)
    signals.wake('resume')
    expect(await codeOf(client.getToken('cards'))).toBe('offline')
    broker.unreachable(false)
    signals.network(true)
    expect(await codeOf(client.getToken('cards'))).toBe('resolved')
  })

  it('between request and answer gets a token no longer life by it', async () => {
    const { client, broker, clock } = stage({}, { latencyMs: 2 * SECOND, lifetimeSeconds: 60 })
    const first = client.getToken('cards')
    await clock.advance(SECOND)
    clock.sleep(59 * SECOND)
    await clock.advance(SECOND)
    await within(clock, first)
    const token = broker.tokens().at(-1)
    // What is left by the client's own count is no more than what is really left.
    const leftMs = (client.status('cards').expiresAt ?? 0) - clock.wall()
    expect(leftMs).toBeLessThanOrEqual(60 * SECOND - clock.passed() + (token?.mintedAtMs ?? 0))
  })
})
