import { describe, expect, it } from 'vitest'
import { createMemoryCache, memoryCache } from '../src/memory-cache.ts'
import { createManualClock } from './harness.ts'
import { itIsASharedCache } from './shared-cache-contract.ts'

describe('the memory cache', () => {
  itIsASharedCache(async () => {
    const cache = createMemoryCache(createManualClock())
    return [cache, cache]
  })

  it('is one for all brokers it is given to', () => {
    const parts = { clock: createManualClock(), report: () => {} }
    const factory = memoryCache()
    expect(factory(parts)).toBe(factory(parts))
    expect(memoryCache()(parts)).not.toBe(factory(parts))
  })

  it('lets go of what has ended', async () => {
    const clock = createManualClock()
    const cache = createMemoryCache(clock)
    const { stamp } = await cache.read('key', [])
    const lock = await cache.lock('key')
    await lock?.write('value', { stamp, lifetimeMs: 1_000 })
    clock.advance(999)
    expect((await cache.read('key', [])).value).toBe('value')
    clock.advance(1)
    expect((await cache.read('key', [])).value).toBeUndefined()
  })

  it('refuses what an owner writes after a later one', async () => {
    const cache = createMemoryCache(createManualClock())
    const { stamp } = await cache.read('key', [])
    const first = await cache.lock('key')
    await first?.release()
    const second = await cache.lock('key')
    await second?.write('new', { stamp, lifetimeMs: 1_000 })
    expect(await first?.write('old', { stamp, lifetimeMs: 1_000 })).toBe(false)
    expect((await cache.read('key', [])).value).toBe('new')
  })

  it('tells who has missed too much to forget everything', async () => {
    const cache = createMemoryCache(createManualClock())
    const { cursor } = await cache.revokedSince(undefined)
    await cache.revoke(Array.from({ length: 100_001 }, (_, index) => `mark ${index}`))
    const { stamp } = await cache.read('key', [])
    await cache.revoke(['one more'])
    expect((await cache.revokedSince(cursor)).marks).toBe('all')
    expect((await cache.read('key', [])).stamp).not.toBe(stamp)
  })
})
