import { describe, expect, it } from 'vitest'
import type { Lifetime } from '../src/lifetime.ts'
import { createTokenCache, type Lookup } from '../src/token-cache.ts'
import type { CachedToken } from '../src/token-slots.ts'
import { createManualClock } from './harness.ts'

const SECOND = 1_000
const LIFE = 100 * SECOND

function setup({ maxTokens = 100 } = {}) {
  const clock = createManualClock()
  const cache = createTokenCache({ clock, maxTokens })
  let mints = 0
  let next: () => Promise<void> = async () => {}

  async function mint(lifetimeMs: number): Promise<CachedToken> {
    mints += 1
    const number = mints
    const mintedAt = clock.now()
    await next()
    const expiresAt = mintedAt + lifetimeMs
    return { value: `token-${number}`, tokenId: `id-${number}`, mintedAt, expiresAt }
  }

  /** The number of the token handed out. */
  async function get(lookup: Partial<Lookup> & Partial<Lifetime> = {}): Promise<string> {
    const { lifetimeMs = LIFE, ceilingAt, ...rest } = lookup
    const token = await cache.get({
      key: 'key',
      lifetime: { lifetimeMs, ...(ceilingAt !== undefined && { ceilingAt }) },
      freshShare: 0.8,
      mint: () => mint(lifetimeMs),
      ...rest,
    })
    return token.tokenId
  }

  return {
    clock,
    cache,
    get,
    mints: () => mints,
    failNext: (error: unknown) => {
      next = () => Promise.reject(error)
    },
    workAgain: () => {
      next = async () => {}
    },
    hold: () => {
      let release = (): void => {}
      const gate = new Promise<void>((resolve) => {
        release = resolve
      })
      next = () => gate
      return release
    },
  }
}

describe('the freshness rule', () => {
  it('hands a token out while 80 % of its life remains, to the millisecond', async () => {
    const { clock, get } = setup()
    await expect(get()).resolves.toBe('id-1')

    clock.advance(20 * SECOND)
    await expect(get()).resolves.toBe('id-1')

    clock.advance(1)
    await expect(get()).resolves.toBe('id-2')
  })

  it('follows the share of the minter', async () => {
    const { clock, get } = setup()
    await get({ freshShare: 0.5 })

    clock.advance(50 * SECOND)
    await expect(get({ freshShare: 0.5 })).resolves.toBe('id-1')

    clock.advance(1)
    await expect(get({ freshShare: 0.5 })).resolves.toBe('id-2')
  })

  it('hands out a token that ends with the login until it ends, as no other could live longer', async () => {
    const { clock, get } = setup()
    const ceilingAt = clock.now() + LIFE
    const nearTheEnd = { ceilingAt }
    await get(nearTheEnd)

    clock.advance(LIFE - 1)
    await expect(get(nearTheEnd)).resolves.toBe('id-1')

    clock.advance(1)
    await expect(get(nearTheEnd)).resolves.toBe('id-2')
  })

  it('keeps a token from a caller whose bound it outlives', async () => {
    const { get } = setup()
    await get()
    await expect(get({ lifetimeMs: 30 * SECOND })).resolves.toBe('id-2')
  })

  it('forgives the fraction by which an expiry was rounded up to a second', async () => {
    const { get } = setup()
    await get()
    await expect(get({ lifetimeMs: LIFE - 999 })).resolves.toBe('id-1')
    await expect(get({ lifetimeMs: LIFE - 1_001 })).resolves.toBe('id-2')
  })
})

describe('a mint that fails', () => {
  it('leaves the old token to serve until its last millisecond', async () => {
    const { clock, get, failNext, workAgain } = setup()
    await get()
    failNext(new Error('upstream down'))

    clock.advance(LIFE - 1)
    await expect(get()).resolves.toBe('id-1')

    clock.advance(1)
    await expect(get()).rejects.toThrow('upstream down')

    workAgain()
    await expect(get()).resolves.toBe('id-4')
  })

  it('does not bring back an old token that ended while the mint was tried', async () => {
    const { clock, get, hold, failNext } = setup()
    await get()
    clock.advance(LIFE - 1)
    const release = hold()
    const result = get()
    failNext(new Error('never reached'))
    clock.advance(1)
    release()
    await expect(result).resolves.toBe('id-2')
  })

  it('fails all who waited for it, once', async () => {
    const { get, failNext, mints } = setup()
    failNext(new Error('upstream down'))
    const results = await Promise.allSettled([get(), get(), get()])
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
    expect(mints()).toBe(1)
  })
})

describe('one flight per key', () => {
  it('mints once for 1,000 who ask at once', async () => {
    const { get, mints } = setup()
    const ids = await Promise.all(Array.from({ length: 1_000 }, () => get()))
    expect(new Set(ids)).toEqual(new Set(['id-1']))
    expect(mints()).toBe(1)
  })

  it('mints for each key on its own', async () => {
    const { get, mints } = setup()
    await Promise.all([get({ key: 'a' }), get({ key: 'b' }), get({ key: 'a' })])
    expect(mints()).toBe(2)
  })

  it('joins a renewal that is under way', async () => {
    const { clock, get, hold, mints } = setup()
    await get()
    clock.advance(50 * SECOND)
    const release = hold()
    const waiting = [get(), get({ rejected: 'id-1' }), get()]
    release()
    await expect(Promise.all(waiting)).resolves.toEqual(['id-2', 'id-2', 'id-2'])
    expect(mints()).toBe(2)
  })
})

describe('a refused token', () => {
  it('is replaced if it is the one held, however fresh', async () => {
    const { get } = setup()
    await get()
    await expect(get({ rejected: 'id-1' })).resolves.toBe('id-2')
  })

  it('costs one mint for 1,000 who report it at once', async () => {
    const { get, mints } = setup()
    await get()
    const ids = await Promise.all(Array.from({ length: 1_000 }, () => get({ rejected: 'id-1' })))
    expect(new Set(ids)).toEqual(new Set(['id-2']))
    expect(mints()).toBe(2)
  })

  it('is answered by the current one if it is not held any more', async () => {
    const { get, mints } = setup()
    await get()
    await get({ rejected: 'id-1' })
    await expect(get({ rejected: 'id-1' })).resolves.toBe('id-2')
    await expect(get({ rejected: 'made-up' })).resolves.toBe('id-2')
    expect(mints()).toBe(2)
  })

  it('is replaced at most once in 10 s', async () => {
    const { clock, get, mints } = setup()
    await get()
    await get({ rejected: 'id-1' })
    clock.advance(9_999)
    await expect(get({ rejected: 'id-2' })).resolves.toBe('id-2')
    expect(mints()).toBe(2)

    clock.advance(1)
    await expect(get({ rejected: 'id-2' })).resolves.toBe('id-3')
  })

  it('does not come back to who reported it when the mint fails, but serves the others', async () => {
    const { get, failNext } = setup()
    await get()
    failNext(new Error('upstream down'))
    const [reporter, other] = await Promise.allSettled([get({ rejected: 'id-1' }), get()])
    expect(reporter).toMatchObject({ status: 'rejected' })
    expect(other).toEqual({ status: 'fulfilled', value: 'id-1' })
  })
})

describe('room', () => {
  it('is kept by dropping what was not used for longest', async () => {
    const { get } = setup({ maxTokens: 2 })
    await get({ key: 'a' })
    await get({ key: 'b' })
    await get({ key: 'a' })
    await get({ key: 'c' })

    await expect(get({ key: 'a' })).resolves.toBe('id-1')
    await expect(get({ key: 'c' })).resolves.toBe('id-3')
    await expect(get({ key: 'b' })).resolves.toBe('id-4')
  })

  it('is made by dropping what ended before what is alive', async () => {
    const { clock, get } = setup({ maxTokens: 2 })
    await get({ key: 'alive', lifetimeMs: LIFE })
    await get({ key: 'short', lifetimeMs: SECOND })
    clock.advance(SECOND)
    await get({ key: 'new' })
    await expect(get({ key: 'alive' })).resolves.toBe('id-1')
  })

  it('is never made at the cost of a mint under way', async () => {
    const { get, hold, workAgain, mints } = setup({ maxTokens: 1 })
    const release = hold()
    const first = get({ key: 'a' })
    workAgain()
    await get({ key: 'b' })
    const second = get({ key: 'a' })
    release()
    await expect(Promise.all([first, second])).resolves.toEqual(['id-1', 'id-1'])
    expect(mints()).toBe(2)
  })

  it('is empty once all is forgotten', async () => {
    const { cache, get } = setup()
    await get()
    cache.forget('all')
    await expect(get()).resolves.toBe('id-2')
  })
})
