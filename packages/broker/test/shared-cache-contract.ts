/** What every shared cache must do, seen from two processes. */
import { expect, it } from 'vitest'
import type { SharedCache } from '../src/shared-cache.ts'

const MINUTE_MS = 60_000
const MARKS = ['["audience","cards"]', '["subject","ada"]']

export function itIsASharedCache(create: () => Promise<[SharedCache, SharedCache]>): void {
  async function write(cache: SharedCache, key: string, value: string): Promise<boolean> {
    const { stamp } = await cache.read(key, MARKS)
    const lock = await cache.lock(key)
    const isWritten = await lock?.write(value, { stamp, lifetimeMs: MINUTE_MS })
    await lock?.release()
    return isWritten ?? false
  }

  const valueOf = async (cache: SharedCache, key: string): Promise<string | undefined> =>
    (await cache.read(key, MARKS)).value

  it('has what another process wrote, under that key alone', async () => {
    const [one, other] = await create()
    expect(await valueOf(other, 'key')).toBeUndefined()
    expect(await write(one, 'key', 'a value with\na line and a ü')).toBe(true)
    expect(await valueOf(other, 'key')).toBe('a value with\na line and a ü')
    expect(await valueOf(other, 'key ')).toBeUndefined()
  })

  it('gives the lock of a key to one at a time', async () => {
    const [one, other] = await create()
    const lock = await one.lock('key')
    expect(lock).toBeDefined()
    expect(await other.lock('key')).toBeUndefined()
    expect(await one.lock('key')).toBeUndefined()
    expect(await other.lock('another')).toBeDefined()
    await lock?.release()
    expect(await other.lock('key')).toBeDefined()
  })

  it('forgets in both processes what was revoked under any of its marks, and that alone', async () => {
    const [one, other] = await create()
    for (const mark of MARKS) {
      await write(one, 'key', mark)
      await other.revoke(['["subject","eve"]'])
      expect(await valueOf(other, 'key')).toBe(mark)
      await other.revoke([mark])
      expect(await valueOf(one, 'key')).toBeUndefined()
      expect(await valueOf(other, 'key')).toBeUndefined()
    }
  })

  it('does not take in what was begun before a revocation', async () => {
    const [one, other] = await create()
    const { stamp } = await one.read('key', MARKS)
    const lock = await one.lock('key')
    await other.revoke(MARKS.slice(1))
    await lock?.write('late', { stamp, lifetimeMs: MINUTE_MS })
    expect(await valueOf(one, 'key')).toBeUndefined()
  })

  it('tells what was revoked since the last look, once', async () => {
    const [one, other] = await create()
    await one.revoke(['before'])
    const begin = await other.revokedSince(undefined)
    expect(begin.marks).toEqual([])
    await one.revoke(['first', 'second'])
    await other.revoke(['third'])
    const news = await other.revokedSince(begin.cursor)
    expect(news.marks).toEqual(['first', 'second', 'third'])
    expect((await other.revokedSince(news.cursor)).marks).toEqual([])
  })

  it('keeps lists for both, a line per id, until they end or are struck out', async () => {
    const [one, other] = await create()
    await one.note('list', { id: '1', value: 'old' }, MINUTE_MS)
    await one.note('list', { id: '1', value: 'new' }, MINUTE_MS)
    await other.note('list', { id: '2', value: 'second' }, MINUTE_MS)
    await other.note('list', { id: '3', value: 'gone' }, 0)
    await one.note('another', { id: '1', value: 'elsewhere' }, MINUTE_MS)
    const byId = async () =>
      (await other.noted('list')).toSorted((a, b) => a.id.localeCompare(b.id))
    expect(await byId()).toEqual([
      { id: '1', value: 'new' },
      { id: '2', value: 'second' },
    ])
    await one.strike('list', ['1', 'unknown'])
    await one.strike('list', [])
    expect(await byId()).toEqual([{ id: '2', value: 'second' }])
    expect(await one.noted('another')).toHaveLength(1)
  })

  it('counts against a rate, by name and key', async () => {
    const [one] = await create()
    const rate = { count: 2, perSeconds: 60 }
    const [limiter, another] = [one.limiter('one', rate), one.limiter('two', rate)]
    const verdicts = [
      await limiter.consume('ada'),
      await limiter.consume('ada'),
      await limiter.consume('ada'),
    ]
    expect(verdicts.map(({ isAllowed }) => isAllowed)).toEqual([true, true, false])
    expect(verdicts[2]?.resetMs).toBeGreaterThan(50_000)
    expect(await limiter.consume('eve')).toMatchObject({ isAllowed: true })
    expect(await another.consume('ada')).toMatchObject({ isAllowed: true })
  })
}
