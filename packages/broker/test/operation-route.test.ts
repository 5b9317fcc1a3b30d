import type { GrantRequest, Minter, OperationRequest } from '@valetkey/broker'
import { MintError } from '@valetkey/broker'
import { createTestMinter } from '@valetkey/broker/testing'
import { describe, expect, it } from 'vitest'
import {
  ADA,
  type App,
  type AppOptions,
  BASE,
  BROWSER_HEADERS,
  createApp,
  createManualClock,
  problemOf,
} from './harness.ts'

interface Stage extends App {
  /** What the operation was called with. */
  calls: OperationRequest[]
}

function createStage(options: AppOptions & { run?: () => Promise<never> } = {}): Stage {
  const { run, ...rest } = options
  const clock = options.clock ?? createManualClock()
  const calls: OperationRequest[] = []
  const cards: Minter = {
    ...createTestMinter({ clock, shareable: true }),
    operations: {
      stamp: {
        prepare({ text }) {
          if (typeof text !== 'string') return { problem: 'text is not a text' }
          return async (request) => {
            calls.push(request)
            if (run) return run()
            return { result: { stamped: text }, expiresAt: clock.now() + 60_000 }
          }
        },
      },
    },
  }
  const plain = createTestMinter({ clock })
  return { ...createApp({ clock, audiences: { cards, plain }, ...rest }), calls }
}

function request(path = 'cards/stamp', body: unknown = { text: 'a' }, headers = {}): Request {
  return new Request(`${BASE}/x/${path}`, {
    method: 'POST',
    headers: { ...BROWSER_HEADERS, ...headers },
    body: JSON.stringify(body),
  })
}

describe('an operation', () => {
  it('answers its result with session and end, and is stored nowhere', async () => {
    const { broker, calls, events } = createStage({ principal: { ...ADA, context: { ward: 3 } } })
    const response = await broker.fetch(request())
    expect(response.headers.get('Cache-Control')).toBe('no-store')
    expect(await response.json()).toEqual({
      server_time: 1_795_312_345_678,
      session: expect.stringMatching(/^[\w-]{43}$/),
      expires_in: 60,
      result: { stamped: 'a' },
    })
    // Though the minter's tokens are shared, it is told for whom it works.
    expect(calls).toEqual([
      expect.objectContaining({ audience: 'cards', subject: 'ada', context: { ward: 3 } }),
    ])
    expect(events).toContainEqual(
      expect.objectContaining({ route: 'x', items: [{ audience: 'cards', outcome: 'granted' }] }),
    )
  })

  it('is granted by the policy, which is told its name', async () => {
    const asked: GrantRequest[] = []
    const { broker, calls } = createStage({
      authorize(_, wanted) {
        asked.push(wanted)
        return wanted.operation === undefined
      },
    })
    expect(await problemOf(await broker.fetch(request()))).toEqual([403, 'invalid_target', '1'])
    expect(asked).toEqual([{ audience: 'cards', operation: 'stamp' }])
    expect(calls).toEqual([])
  })

  it('is told to the audit log, granted or not, without names that somebody made up', async () => {
    const { broker, events } = createStage()
    await broker.fetch(request())
    await broker.fetch(request('cards/other'))
    await broker.fetch(request('nowhere/stamp'))
    const decisions = events.filter(({ event }) => event === 'decision')
    const asked = { via: 'operation', subject: 'ada', session: expect.any(String) }
    expect(decisions).toMatchObject([
      { ...asked, audience: 'cards', operation: 'stamp', outcome: 'granted' },
      { ...asked, audience: 'cards', operation: '(unknown)', outcome: 'invalid_target' },
      { ...asked, audience: '(unknown)', operation: '(unknown)', outcome: 'invalid_target' },
    ])
  })

  it('is bound by the grant and by the end of the login', async () => {
    const clock = createManualClock()
    const bounds: [AppOptions, number][] = [
      [{ authorize: () => ({ maxLifetimeMs: 90_000 }) }, 90_000],
      [{ principal: { ...ADA, expiresAt: clock.now() + 75_000 } }, 75_000],
    ]
    for (const [options, lifetimeMs] of bounds) {
      const { broker, calls } = createStage({ clock, ...options })
      expect((await broker.fetch(request())).status).toBe(200)
      expect(calls[0]?.lifetimeMs).toBe(lifetimeMs)
    }
  })

  it('that outlives what was granted is not handed out', async () => {
    const { broker } = createStage({ authorize: () => ({ maxLifetimeMs: 30_000 }) })
    expect(await problemOf(await broker.fetch(request()))).toEqual([502, 'upstream_invalid', '1'])
  })

  it.each([
    ['cards/other', 403, 'invalid_target'],
    ['plain/stamp', 403, 'invalid_target'],
    ['nowhere/stamp', 403, 'invalid_target'],
    ['cards/toString', 404, 'invalid_request'],
    ['cards/constructor', 403, 'invalid_target'],
    ['cards/stamp/more', 404, 'invalid_request'],
    ['cards/stamp?a=b', 404, 'invalid_request'],
    ['cards', 404, 'invalid_request'],
    ['%zz/stamp', 404, 'invalid_request'],
  ])('at %s is refused with %i', async (path, status, error) => {
    const { broker, calls } = createStage()
    expect(await problemOf(await broker.fetch(request(path)))).toEqual([status, error, '1'])
    expect(calls).toEqual([])
  })

  it('takes what the minter says it takes, and tells what it does not', async () => {
    const { broker } = createStage()
    for (const body of [{}, { text: 7 }, [], null]) {
      const problem = await (await broker.fetch(request('cards/stamp', body))).json()
      expect(problem).toMatchObject({ status: 400, error: 'invalid_request' })
    }
  })

  it.each([
    [{ Cookie: '' }, 401, 'invalid_session'],
    [{ Origin: 'https://evil.test', 'Sec-Fetch-Site': 'cross-site' }, 403, 'csrf_rejected'],
    [{ 'Content-Type': 'text/plain' }, 415, 'invalid_request'],
  ])('with %o is refused with %i', async (headers, status, error) => {
    const { broker, calls } = createStage()
    const response = await broker.fetch(request('cards/stamp', { text: 'a' }, headers))
    expect(await problemOf(response)).toEqual([status, error, '1'])
    expect(calls).toEqual([])
  })

  it('is not there for other methods, nor at a broker whose minters have none', async () => {
    const { broker } = createStage()
    const read = new Request(`${BASE}/x/cards/stamp`, { headers: BROWSER_HEADERS })
    expect((await broker.fetch(read)).status).toBe(405)
    expect((await createApp().broker.fetch(request())).status).toBe(404)
  })

  it('that fails tells the log why, and the browser only what', async () => {
    const refuse = async (): Promise<never> => {
      throw new MintError('invalid_target', 'canary: not this one')
    }
    const { broker, events } = createStage({ run: refuse })
    const text = await (await broker.fetch(request())).text()
    expect(JSON.parse(text)).toMatchObject({ status: 403, error: 'invalid_target' })
    expect(text).not.toContain('canary')
    expect(events).toContainEqual(
      expect.objectContaining({ event: 'mint-failed', audience: 'cards', error: 'invalid_target' }),
    )
  })

  it('that throws otherwise, or takes too long, is an error of its own', async () => {
    const broken = createStage({ run: () => Promise.reject(new TypeError('canary')) })
    const failed = await broken.broker.fetch(request())
    expect(await problemOf(failed)).toEqual([500, 'server_error', '1'])
    expect(broken.faults()).toHaveLength(1)

    const slow = createStage({ run: () => new Promise(() => {}) })
    const answer = slow.broker.fetch(request())
    while (slow.calls.length === 0) await new Promise((resolve) => setImmediate(resolve))
    slow.clock.advance(10_000)
    expect(await problemOf(await answer)).toEqual([504, 'upstream_timeout', '1'])
  })
})
