import { describe, expect, it } from 'vitest'
import { createMemoryCache } from '../src/memory-cache.ts'
import { OAuthError } from '../src/oauth-error.ts'
import type { SharedCache } from '../src/shared-cache.ts'
import { createSharedFlight } from '../src/shared-flight.ts'
import { createTokenCache, type TokenCache } from '../src/token-cache.ts'
import type { CachedToken } from '../src/token-slots.ts'
import { createManualClock, type ManualClock, until } from './harness.ts'

const LIFE_MS = 100_000
const MARKS = ['ada']

interface Process {
  cache: TokenCache
  get: (rejected?: string) => Promise<string>
}

interface Fleet {
  clock: ManualClock
  shared: SharedCache
  processes: [Process, Process]
  mints: () => number
  fail: (error: unknown) => void
  hold: () => () => void
  /** Turns time until `work` settles. */
  settled: <T>(work: Promise<T>) => Promise<T>
}

function setup(change: (shared: SharedCache) => SharedCache = (shared) => shared): Fleet {
  const clock = createManualClock()
  const shared = change(createMemoryCache(clock))
  let mints = 0
  let next: () => Promise<void> = async () => {}

  async function mint(): Promise<CachedToken> {
    mints += 1
    const number = mints
    const mintedAt = clock.now()
    const work = next()
    next = async () => {}
    await work
    return {
      value: `token-${number}`,
      tokenId: `id-${number}`,
      mintedAt,
      expiresAt: mintedAt + LIFE_MS,
    }
  }

  function start(): Process {
    const share = createSharedFlight({ shared, clock, patienceMs: 5_000, random: () => 1 })
    const cache = createTokenCache({ clock, maxTokens: 100, share })
    return {
      cache,
      async get(rejected) {
        const lifetime = { lifetimeMs: LIFE_MS }
        const lookup = { key: 'key', marks: MARKS, lifetime, freshShare: 0.8, rejected, mint }
        return (await cache.get(lookup)).tokenId
      },
    }
  }

  return {
    clock,
    shared,
    processes: [start(), start()],
    mints: () => mints,
    fail(error) {
      next = () => Promise.reject(error)
    },
    hold() {
      let release = (): void => {}
      const gate = new Promise<void>((resolve) => {
        release = resolve
      })
      next = () => gate
      return release
    },
    async settled(work) {
      let isSettled = false
      work
        .catch(() => {})
        .finally(() => {
          isSettled = true
        })
      while (!isSettled) {
        clock.advance(20)
        await new Promise((resolve) => setImmediate(resolve))
      }
      return work
    },
  }
}

describe('two processes', () => {
  it('mint once, whoever asks first, also at the same time', async () => {
    const { processes, hold, mints, settled } = setup()
    const [one, other] = processes
    const release = hold()
    const both = Promise.all([one.get(), other.get()])
    await until(() => mints() === 1)
    release()
    expect(await settled(both)).toEqual(['id-1', 'id-1'])
    expect(mints()).toBe(1)
  })

  it('mint anew once the token is no longer fresh, once for both', async () => {
    const { clock, processes, mints } = setup()
    const [one, other] = processes
    await one.get()
    await other.get()
    clock.advance(20_001)
    expect(await one.get()).toBe('id-2')
    expect(await other.get()).toBe('id-2')
    expect(mints()).toBe(2)
  })

  it('do not mint what was written between the look and the lock', async () => {
    const { processes, mints } = setup((shared) => ({
      ...shared,
      async lock(key) {
        // Whoever looks first is overtaken before it has the lock.
        if (overtaken === undefined) {
          overtaken = processes[1].get()
          await overtaken
        }
        return shared.lock(key)
      },
    }))
    let overtaken: Promise<string> | undefined
    expect(await processes[0].get()).toBe('id-1')
    expect(await overtaken).toBe('id-1')
    expect(mints()).toBe(1)
  })

  it('replace a refused token once, whoever hears of it', async () => {
    const { clock, processes, mints } = setup()
    const [one, other] = processes
    await one.get()
    await other.get()
    expect(await one.get('id-1')).toBe('id-2')
    expect(await other.get('id-1')).toBe('id-2')
    // The ten seconds between two mints by force hold for both.
    expect(await other.get('id-2')).toBe('id-2')
    clock.advance(10_000)
    expect(await other.get('id-2')).toBe('id-3')
    expect(mints()).toBe(3)
  })

  it('share a failure, with what is left of its wait', async () => {
    const { clock, processes, fail, mints } = setup()
    const [one, other] = processes
    const down = new OAuthError('temporarily_unavailable', 'down', { retryAfterMs: 7_000 })
    fail(down)
    await expect(one.get()).rejects.toBe(down)
    clock.advance(2_000)
    const shared = { code: 'temporarily_unavailable', retryAfterMs: 5_000 }
    await expect(other.get()).rejects.toMatchObject(shared)
    await expect(one.get()).rejects.toMatchObject(shared)
    expect(mints()).toBe(1)
    clock.advance(5_000)
    expect(await other.get()).toBe('id-2')
  })

  it('do not take for a failure of all what may go otherwise for the next', async () => {
    const { processes, fail } = setup()
    const [one, other] = processes
    fail(new OAuthError('invalid_target', 'not for this lifetime'))
    await expect(one.get()).rejects.toMatchObject({ code: 'invalid_target' })
    expect(await other.get()).toBe('id-2')
  })

  it('keep the old token for both where the new one fails', async () => {
    const { clock, processes, fail } = setup()
    const [one, other] = processes
    await one.get()
    clock.advance(30_000)
    fail(new OAuthError('upstream_timeout', 'slow'))
    expect(await one.get()).toBe('id-1')
    expect(await other.get()).toBe('id-1')
  })

  it('may have what another process was minting when they asked, though it lives longer than theirs would', async () => {
    const { clock, processes, hold, mints, settled } = setup()
    const [one, other] = processes
    const release = hold()
    const first = one.get()
    await until(() => mints() === 1)
    const waiting = other.get()
    clock.advance(4_000)
    release()
    expect(await settled(Promise.all([first, waiting]))).toEqual(['id-1', 'id-1'])
  })
})

describe('a store', () => {
  const dead = async (): Promise<never> => {
    throw new Error('Redis is away')
  }

  it('that is away leaves each process to itself', async () => {
    const { processes, mints } = setup((shared) => ({ ...shared, read: dead, lock: dead }))
    expect(await processes[0].get()).toBe('id-1')
    expect(await processes[1].get()).toBe('id-2')
    expect(await processes[0].get()).toBe('id-1')
    expect(mints()).toBe(2)
  })

  it('that is away and required is 503, and no upstream is asked', async () => {
    const { processes, mints } = setup((shared) => ({ ...shared, isRequired: true, read: dead }))
    await expect(processes[0].get()).rejects.toMatchObject({ status: 503 })
    expect(mints()).toBe(0)
  })

  it('that goes away before the token is written costs nobody the token', async () => {
    const { processes, mints } = setup((shared) => ({
      ...shared,
      async lock(key) {
        const lock = await shared.lock(key)
        return lock && { ...lock, write: dead }
      },
    }))
    expect(await processes[0].get()).toBe('id-1')
    expect(mints()).toBe(1)
  })

  it('whose lock nobody gives back is gone around in the end', async () => {
    const { shared, processes, settled } = setup()
    await shared.lock('key')
    expect(await settled(processes[0].get())).toBe('id-1')
  })

  it('that has a later token than one’s own late one is believed', async () => {
    const { processes, shared, hold, mints, settled } = setup((inner) => ({
      ...inner,
      async lock(key) {
        const lock = await inner.lock(key)
        // Frozen for too long: the lock is gone before the work is done.
        await lock?.release()
        return lock
      },
    }))
    expect(shared).toBeDefined()
    const release = hold()
    const late = processes[0].get()
    await until(() => mints() === 1)
    expect(await processes[1].get()).toBe('id-2')
    release()
    expect(await settled(late)).toBe('id-2')
    expect(await processes[0].get()).toBe('id-2')
  })
})

describe('what was revoked', () => {
  it('while it was minted is handed to nobody, and given back', async () => {
    const { shared, processes, hold, mints } = setup()
    const [{ cache }] = processes
    const release = hold()
    const discarded: string[] = []
    const lookup = {
      key: 'key',
      marks: MARKS,
      lifetime: { lifetimeMs: LIFE_MS },
      freshShare: 0.8,
      discard: ({ tokenId }: CachedToken) => void discarded.push(tokenId),
      mint: async () => {
        await gate
        return { value: 'late', tokenId: 'late', mintedAt: 0, expiresAt: Number.MAX_SAFE_INTEGER }
      },
    }
    let open = (): void => {}
    const gate = new Promise<void>((resolve) => {
      open = resolve
    })
    const flight = cache.get(lookup)
    await Promise.resolve()
    cache.forget(MARKS)
    await shared.revoke(MARKS)
    open()
    release()
    await expect(flight).rejects.toMatchObject({ code: 'temporarily_unavailable' })
    expect(discarded).toEqual(['late'])
    expect(await processes[1].get()).toBe('id-1')
    expect(mints()).toBe(1)
  })
})
