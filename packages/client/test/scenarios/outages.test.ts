import { afterEach, describe, expect, it, vi } from 'vitest'
import { isTokenError } from '../../src/index.ts'
import { settle } from '../../src/testing/index.ts'
import { codeOf, SECOND, type Stage, stage } from '../stage.ts'
import { within } from '../story.ts'

afterEach(() => {
  vi.unstubAllGlobals()
})

const problem = (status: number, error: string, more: object = {}): [number, string] => [
  status,
  JSON.stringify({ status, error, ...more }),
]

/** A client with a token whose refresh is due, in a tab that does nothing by itself. */
async function due(): Promise<Stage> {
  const scene = stage()
  scene.signals.hide()
  await scene.client.getToken('cards')
  await scene.clock.advance(220 * SECOND)
  return scene
}

describe('a broker that fails', () => {
  it.each([
    ['408', ...problem(408, '')],
    ['425', ...problem(425, '')],
    ['429', ...problem(429, 'rate_limited', { retry_after: 1 })],
    ['500', ...problem(500, 'server_error')],
    ['502 of a gateway', 502, '<html>Bad Gateway</html>'],
    ['503', ...problem(503, 'temporarily_unavailable')],
    ['504', ...problem(504, 'upstream_timeout')],
    ['520', 520, ''],
    ['400', ...problem(400, 'invalid_request')],
    ['401', ...problem(401, 'invalid_session')],
    ['403', ...problem(403, 'invalid_target')],
    ['422', 422, ''],
    ['nonsense', 200, '{"access_token":"x"}'],
  ])('with %s takes no usable token away, nor does it reject a caller', async (_, status, body) => {
    const { client, broker, clock, events } = await due()
    const before = client.status('cards')
    broker.answerNext(status, body)
    for (let n = 0; n < 3; n += 1) {
      expect((await client.getToken('cards')).value).toBe('canary-1-cards')
      await settle()
    }
    expect(client.status('cards')).toMatchObject({ status: 'ready', expiresAt: before.expiresAt })
    expect(events.at(-1)).toMatchObject({ type: 'refresh-failed', servedOld: true })
    await clock.advance(10 * SECOND)
    expect(broker.requests()).toHaveLength(2)
  })

  it('by not answering takes no usable token away', async () => {
    const { client, broker, clock } = await due()
    broker.set({ latencyMs: 60 * SECOND })
    for (let n = 0; n < 15; n += 1) {
      expect((await client.getToken('cards')).value).toBe('canary-1-cards')
      await clock.advance(SECOND)
    }
    expect(client.status('cards').status).toBe('ready')
  })

  it('with a refusal is believed once the token has died, and not before', async () => {
    const { client, broker, clock } = await due()
    broker.failNext({ error: 'invalid_target', status: 403, times: 9 })
    expect(await codeOf(client.getToken('cards'))).toBe('resolved')
    await clock.advance(75 * SECOND)
    expect(await codeOf(client.getToken('cards'))).toBe('invalid_target')
    expect(client.status('cards').error?.code).toBe('invalid_target')
  })

  it.each([
    ['a refusal', { error: 'invalid_target', status: 403 }, 60],
    // Half of the first backoff of 0.5 s.
    ['an outage', { error: 'temporarily_unavailable', status: 503 }, 0.25],
  ] as const)('by %s is left alone for its time', async (_, failure, seconds) => {
    const { client, broker, clock } = stage()
    broker.failNext(failure)
    expect(await codeOf(client.getToken('cards'))).toBe(failure.error)
    await clock.advance(seconds * SECOND - 1)
    expect(await codeOf(client.getToken('cards'))).toBe(failure.error)
    await clock.advance(2)
    expect(await codeOf(client.getToken('cards'))).toBe('resolved')
  })

  it('is asked at pauses that grow to 30 s, and from the start again after a success', async () => {
    const { client, broker, clock } = stage({ random: () => 0.999_9 })
    const askedAtMs: number[] = []
    client.on('request', () => askedAtMs.push(clock.mono()))
    broker.unreachable(true)
    client.keepFresh('cards')
    await clock.advance(140 * SECOND)
    const pauses = askedAtMs
      .slice(1)
      .map((at, n) => Math.round((at - (askedAtMs[n] ?? 0)) / 100) / 10)
    expect(pauses.slice(0, 2)).toEqual([0.5, 1])
    expect(pauses.slice(-3)).toEqual([30, 30, 30])
    expect(pauses).toEqual(pauses.toSorted((a, b) => a - b))
    broker.unreachable(false)
    await clock.advance(40 * SECOND)
    client.invalidate('cards')
    await clock.advance(11 * SECOND)
    broker.unreachable(true)
    client.invalidate('cards')
    await settle()
    const retryAt = client.status('cards').error?.retryAt ?? 0
    expect(retryAt - clock.wall()).toBeLessThanOrEqual(0.5 * SECOND)
  })

  it('is asked no more when nobody keeps the audience fresh, and again when somebody does', async () => {
    const { client, broker, clock } = stage()
    broker.unreachable(true)
    const release = client.keepFresh('cards')
    await clock.advance(3 * SECOND)
    release()
    await clock.advance(SECOND)
    const before = broker.requests().length
    await clock.advance(120 * SECOND)
    expect(broker.requests()).toHaveLength(before)
    broker.unreachable(false)
    client.keepFresh('cards')
    await settle()
    expect(client.status('cards').status).toBe('ready')
  })

  it('until the token dies, and beyond, costs few requests and no unhandled rejection', async () => {
    const unhandled: unknown[] = []
    const note = (reason: unknown) => void unhandled.push(reason)
    process.on('unhandledRejection', note)
    const { client, broker, clock } = stage()
    client.keepFresh('cards')
    await settle()
    broker.unreachable(true)
    await clock.advance(400 * SECOND)
    // A turn of the real event loop, in which Node would report them.
    await new Promise((resolve) => setImmediate(resolve))
    process.off('unhandledRejection', note)
    expect(unhandled).toEqual([])
    expect(broker.requests().length).toBeLessThan(25)
    expect(client.status('cards')).toMatchObject({ status: 'error' })
  })

  it('at the start is told to callers and to the status, nobody else', async () => {
    const { client, broker } = stage()
    broker.failNext({ error: 'invalid_session', status: 401 })
    expect(() => client.keepFresh('cards')).not.toThrow()
    await settle()
    expect(client.status('cards')).toMatchObject({ status: 'error', isRefreshing: false })
  })

  it('never leaves a status refreshing', async () => {
    const { client, broker, clock, signals } = stage()
    signals.hide()
    await client.getToken('cards')
    const seen: boolean[] = []
    client.subscribe('cards', () => seen.push(client.status('cards').isRefreshing))
    for (const [status, body] of [
      problem(503, ''),
      problem(403, 'invalid_target'),
      [200, ''],
    ] as const) {
      await clock.advance(70 * SECOND)
      broker.answerNext(status, body)
      await codeOf(client.getToken('cards'))
      await settle()
      expect(client.status('cards').isRefreshing).toBe(false)
    }
    expect(seen).toContain(true)
  })

  it('is no reason to be signed out, not even over a reload', async () => {
    const { client, broker, types } = stage()
    broker.failNext({ error: 'temporarily_unavailable', times: 9 })
    const reloaded = stage({ fetch: broker.fetch })
    for (const one of [client, reloaded.client]) {
      const error = await one.getToken('cards').catch((cause: unknown) => cause)
      expect(error).toMatchObject({ code: 'temporarily_unavailable', retryable: true })
    }
    expect([...types(), ...reloaded.types()]).not.toContain('session-expired')
  })
})

describe('Retry-After', () => {
  const at = Date.UTC(2026, 0, 1)
  it.each([
    ['seconds', '7', 7],
    ['a date', new Date(at + 9 * SECOND).toUTCString(), 9],
    ['more than five minutes', '86400', 300],
    ['a date in the past', new Date(at - 9 * SECOND).toUTCString(), 0],
  ])('is heeded: %s', async (_, header, seconds) => {
    const { client, broker, clock } = stage()
    broker.answerNext(503, '', { 'Retry-After': header })
    const error = await client.getToken('cards').catch((cause: unknown) => cause)
    expect(error).toMatchObject({ retryAt: clock.wall() + seconds * SECOND })
  })

  it.each(['soon', '-5', 'NaN', ''])('is taken for none where it is none: %s', async (header) => {
    const { client, broker, clock } = stage()
    broker.answerNext(503, '', { 'Retry-After': header })
    const error = await client.getToken('cards').catch((cause: unknown) => cause)
    if (!isTokenError(error)) throw error
    expect((error.retryAt ?? 0) - clock.wall()).toBeLessThanOrEqual(500)
  })

  it('by a server whose clock is off is read by the server’s own Date', async () => {
    const { client, broker, clock } = stage()
    const theirs = clock.wall() - 3_600 * SECOND
    broker.answerNext(503, '', {
      Date: new Date(theirs).toUTCString(),
      'Retry-After': new Date(theirs + 5 * SECOND).toUTCString(),
    })
    const error = await client.getToken('cards').catch((cause: unknown) => cause)
    expect(error).toMatchObject({ retryAt: clock.wall() + 5 * SECOND })
  })
})

describe('an error', () => {
  it('of the app’s own headers reaches the caller as the cause', async () => {
    const mine = new Error('the login is gone')
    const { client } = stage({ headers: () => Promise.reject(mine) })
    const error = await client.getToken('cards').catch((cause: unknown) => cause)
    expect(error).toMatchObject({ code: 'broker_unreachable', cause: mine })
  })

  it('says in JSON what a log needs, and nothing that it must not hold', async () => {
    const { client, broker, clock } = stage()
    broker.failNext({ error: 'temporarily_unavailable', retryAfterSeconds: 5 })
    const error = await client.getToken('cards').catch((cause: unknown) => cause)
    expect(JSON.parse(JSON.stringify(error))).toMatchObject({
      name: 'TokenError',
      code: 'temporarily_unavailable',
      retryable: true,
      retryAt: clock.wall() + 5 * SECOND,
      audience: 'cards',
      status: 503,
    })
    expect(error).toMatchObject({ phase: 'answer' })
  })
})

describe('one budget', () => {
  it('of ten in 30 s pays for all forced mints; who waits for it does not fail', async () => {
    const audiences = Object.fromEntries(Array.from({ length: 14 }, (_, n) => [`a${n}`, {}]))
    const names = Object.keys(audiences)
    const { client, broker, clock } = stage({}, { audiences })
    await Promise.all(names.map((name) => client.getToken(name)))
    for (const name of names) client.invalidate(name)
    const codes = names.map((name) => codeOf(client.getToken(name)))
    await settle()
    expect(broker.mints()).toBe(14 + 10)
    await clock.advance(15 * SECOND)
    expect(await Promise.all(codes)).toEqual(names.map(() => 'resolved'))
    expect(broker.mints()).toBe(14 + 14)
  })

  it('takes nothing from a caller whose token is usable', async () => {
    const { client, broker, clock } = stage({ random: () => 0 }, { lifetimeSeconds: 100 })
    await client.getToken('cards')
    broker.unreachable(true)
    for (let n = 0; n < 89; n += 1) {
      await within(clock, client.getToken('cards'))
      expect(await codeOf(client.getToken('cards'))).toBe('resolved')
      await clock.advance(SECOND)
    }
  })
})
