import { afterEach, describe, expect, it, vi } from 'vitest'
import { createTokenClient } from '../../src/index.ts'
import { settle } from '../../src/testing/index.ts'
import { codeOf, isBroker, SECOND, stage } from '../stage.ts'

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

describe('many callers', () => {
  it('of a warm cache ask neither the broker nor a lock', async () => {
    const locks = vi.spyOn(navigator.locks, 'request')
    const { client, broker } = stage()
    await client.getToken('cards')
    await Promise.all(Array.from({ length: 100 }, () => client.getToken('cards')))
    expect(broker.requests()).toHaveLength(1)
    expect(locks).not.toHaveBeenCalled()
  })

  it('a thousand over 50 audiences cost two requests, of 32 and of 18', async () => {
    const audiences = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`a${n}`, {}]))
    const { client, broker } = stage({}, { audiences })
    const calls = Array.from({ length: 1_000 }, (_, n) => client.getToken(`a${n % 50}`))
    const tokens = await Promise.all(calls)
    expect(broker.requests().map((one) => one.tokens.length)).toEqual([32, 18])
    expect(tokens.every(({ audience }, n) => audience === `a${n % 50}`)).toBe(true)
    expect(broker.mints()).toBe(50)
  })

  it('all wait for a broker that wakes in 8 s, with one request', async () => {
    const { client, broker, clock } = stage({}, { latencyMs: 8 * SECOND })
    const codes: Promise<string>[] = []
    for (let second = 0; second < 8; second += 1) {
      codes.push(codeOf(client.getToken('cards')))
      await clock.advance(SECOND)
    }
    expect(await Promise.all(codes)).toEqual(codes.map(() => 'resolved'))
    expect(broker.requests()).toHaveLength(1)
  })

  it('with options equal by value share a token', async () => {
    const { client, broker } = stage()
    await client.getToken('cards', { scope: 'read', minRemaining: 0 })
    await client.getToken('cards', { scope: 'read', minRemaining: 0 })
    expect(broker.requests()).toHaveLength(1)
  })

  it('who give a token up at once all get the newest', async () => {
    const { client, broker, clock } = stage({}, { latencyMs: 100 })
    const first = client.getToken('cards')
    await clock.advance(100)
    await first
    const tokens = [1, 2, 3].map(() => {
      client.invalidate('cards')
      return client.getToken('cards')
    })
    await clock.advance(200)
    const values = (await Promise.all(tokens)).map(({ value }) => value)
    expect(values).toEqual(Array(3).fill(broker.tokenTexts().at(-1)))
    expect(broker.mints()).toBe(2)
  })

  it('of a group and of its members at once see one state', async () => {
    const { client, clock } = stage({}, { latencyMs: 100 })
    const alone = client.getToken('records/a')
    const together = client.getTokens('records')
    await clock.advance(300)
    await alone
    const members = await together
    for (const [name, { value }] of members) expect((await client.getToken(name)).value).toBe(value)
  })
})

describe('a request', () => {
  it('that failed leaves nothing in flight', async () => {
    const { client, broker, clock } = stage()
    broker.unreachable(true)
    expect(await codeOf(client.getToken('cards'))).toBe('broker_unreachable')
    broker.unreachable(false)
    await clock.advance(SECOND)
    expect(await codeOf(client.getToken('cards'))).toBe('resolved')
  })

  it('aborted by somebody else counts as the broker out of reach, not as the caller’s abort', async () => {
    const abort = new DOMException('gone', 'AbortError')
    const { client } = stage({ fetch: () => Promise.reject(abort) })
    const error = await client.getToken('cards').catch((cause: unknown) => cause)
    expect(error).toMatchObject({ code: 'broker_unreachable', cause: abort, retryable: true })
  })

  it('goes on when all who wait for it leave, and its token is kept', async () => {
    const { client, broker, clock } = stage({}, { latencyMs: 100 })
    const leaving = new AbortController()
    const codes = [1, 2].map(() => codeOf(client.getToken('cards', { signal: leaving.signal })))
    await clock.advance(10)
    leaving.abort()
    await clock.advance(100)
    expect(await Promise.all(codes)).toEqual(['AbortError', 'AbortError'])
    expect((await client.getToken('cards')).value).toBe('canary-1-cards')
    expect(broker.requests()).toHaveLength(1)
  })

  it('keeps no caller longer than the caller’s own patience', async () => {
    const { client, broker, clock } = stage({ timeoutMs: 2 * SECOND }, { latencyMs: 5 * SECOND })
    const code = codeOf(client.getToken('cards'))
    await clock.advance(2 * SECOND)
    expect(await code).toBe('broker_timeout')
    await clock.advance(3 * SECOND)
    expect(await codeOf(client.getToken('cards'))).toBe('resolved')
    expect(broker.requests()).toHaveLength(1)
  })

  it('made by a function that never answers ends at the deadline', async () => {
    const { clock } = stage()
    const client = createTokenClient(() => new Promise(() => {}), { clock })
    const code = codeOf(client.getToken('cards'))
    await clock.advance(10 * SECOND)
    expect(await code).toBe('broker_timeout')
    client.dispose()
  })

  it('that began earlier does not overwrite what a later one brought', async () => {
    const answers: ((late: boolean) => void)[] = []
    const scene = stage({
      fetch: async (input, init) => {
        const answer = await scene.broker.fetch(input, init)
        await new Promise<void>((resolve) => answers.push(() => resolve()))
        return answer
      },
    })
    const { client } = scene
    const member = client.getToken('records/a')
    await settle()
    const group = client.getTokens('records')
    await settle()
    answers[1]?.(false)
    await group
    const newer = await client.getToken('records/a')
    answers[0]?.(true)
    await member
    expect((await client.getToken('records/a')).value).toBe(newer.value)
    expect(newer.value).toBe('canary-2-records.a')
  })
})

describe('a listener', () => {
  it('that asks for a token in the middle of a refresh gets the new one', async () => {
    const { client, broker } = stage()
    const got: Promise<string>[] = []
    client.on('refreshed', ({ audience }) =>
      got.push(client.getToken(audience).then(({ value }) => value)),
    )
    await client.getToken('cards')
    expect(await Promise.all(got)).toEqual(broker.tokenTexts())
    expect(broker.requests()).toHaveLength(1)
  })

  it('that resets the client in the middle of a refresh leaves nothing behind', async () => {
    const { client } = stage()
    client.on('refreshed', () => client.reset())
    expect(await codeOf(client.getToken('cards'))).toBe('identity_changed')
    expect(client.status('cards').status).toBe('idle')
  })

  it('that throws disturbs nobody, and shows as uncaught', async () => {
    const thrown: unknown[] = []
    const real = queueMicrotask
    vi.stubGlobal('queueMicrotask', (run: () => void) =>
      real(() => {
        try {
          run()
        } catch (error) {
          thrown.push(error)
        }
      }),
    )
    const { client, types } = stage()
    const error = new Error('mine')
    client.on('refreshed', () => {
      throw error
    })
    let heard = 0
    client.on('refreshed', () => {
      heard += 1
    })
    expect(await codeOf(client.getToken('cards'))).toBe('resolved')
    await settle()
    expect(heard).toBe(1)
    expect(types()).toContain('refreshed')
    expect(thrown).toEqual([error])
  })
})

describe('fetch', () => {
  it('put in place by monitoring after the client was made is the one that is used', async () => {
    const { broker, vault } = stage()
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('the old one')))
    const client = createTokenClient('https://app.example/api/broker')
    const seen: string[] = []
    const measured: typeof fetch = (input, init) => {
      seen.push(new Request(input, init).url)
      return isBroker(input) ? broker.fetch(input, init) : vault.fetch(input, init)
    }
    vi.stubGlobal('fetch', measured)
    expect((await client.fetchFor('cards')('/x')).status).toBe(200)
    expect(seen).toEqual(['https://app.example/api/broker/tokens', 'https://cards.vault.example/x'])
    client.dispose()
  })
})
