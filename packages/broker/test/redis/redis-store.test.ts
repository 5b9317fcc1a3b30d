import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import type { BrokerEvent } from '../../src/events.ts'
import { type RedisCacheOptions, redisCache } from '../../src/redis/index.ts'
import type { SharedCache } from '../../src/shared-cache.ts'
import { itIsASharedCache } from '../shared-cache-contract.ts'
import { isRedisMissing, type RedisServer, startRedis, unlessMissing } from './redis-server.ts'

const KEY = Buffer.alloc(32, 1).toString('base64')
const NEXT_KEY = Buffer.alloc(32, 2).toString('hex')
const MINUTE_MS = 60_000
const MARKS = ['["subject","ada@canary.example"]']

interface Opened {
  cache: SharedCache
  events: BrokerEvent[]
}

function open(redis: RedisServer, options: Partial<RedisCacheOptions> = {}): Opened {
  const events: BrokerEvent[] = []
  // Long enough for a machine under load; what happens at the deadline is tested elsewhere.
  const all = { url: redis.url, keys: [KEY], timeoutMs: 5_000, ...options }
  const cache = redisCache(all)({ clock: systemClock, report: (event) => events.push(event) })
  onTestFinished(async () => cache.close())
  return { cache, events }
}

async function write(cache: SharedCache, key: string, value: string): Promise<void> {
  const { stamp } = await cache.read(key, MARKS)
  const lock = await cache.lock(key)
  await lock?.write(value, { stamp, lifetimeMs: MINUTE_MS })
  await lock?.release()
}

const valueOf = async (cache: SharedCache, key: string): Promise<string | undefined> =>
  (await cache.read(key, MARKS)).value

async function keysLike({ client }: RedisServer, ending: string): Promise<string[]> {
  const keys = await client.keys('*')
  return keys.filter((key) => key.endsWith(ending))
}

describe.skipIf(isRedisMissing)(`the cache on Redis${unlessMissing}`, () => {
  itIsASharedCache(async () => {
    const redis = await startRedis()
    return [open(redis).cache, open(redis).cache]
  })

  it('holds no token, no user and no login that could be read, and nothing for ever', async () => {
    const redis = await startRedis()
    const { cache } = open(redis)
    await write(cache, '["ada@canary.example","cards"]', 'canary-token')
    await cache.note(
      '["given","ada@canary.example"]',
      { id: 'canary-login', value: 'canary-token' },
      MINUTE_MS,
    )
    await cache.revoke(MARKS)
    await cache.lock('["ada@canary.example","held"]')
    const limiter = cache.limiter('perPrincipal', { count: 5, perSeconds: 60 })
    await limiter.consume('ada@canary.example')

    await redis.client.save()
    const dump = readFileSync(join(redis.dir, 'dump.rdb'), 'latin1')
    expect(dump).toContain('valetkey')
    expect(dump).not.toMatch(/canary|ada/)
    const keys = await redis.client.keys('*')
    expect(keys.length).toBeGreaterThan(6)
    for (const key of keys) expect([key, await redis.client.pttl(key)]).not.toContain(-1)
  })

  it('takes a value of which any byte is another for none', async () => {
    const redis = await startRedis()
    const { cache } = open(redis)
    await write(cache, 'key', 'a token')
    const [place = ''] = await keysLike(redis, ':value')
    const sealed = (await redis.client.hget(place, 'value')) ?? ''
    expect(sealed.length).toBeGreaterThan(50)
    const served: string[] = []
    for (let at = 0; at <= sealed.length; at += 1)
      for (const other of ['', 'A', 'B', '_', '.', '\0']) {
        const tampered = `${sealed.slice(0, at)}${other}${sealed.slice(at + 1)}`
        if (tampered === sealed) continue
        await redis.client.hset(place, 'value', tampered)
        if ((await valueOf(cache, 'key')) !== undefined) served.push(tampered)
      }
    expect(served).toEqual([])
    await redis.client.hset(place, 'value', sealed)
    expect(await valueOf(cache, 'key')).toBe('a token')
  })

  it('takes a value in the place of another for none', async () => {
    const redis = await startRedis()
    const { cache } = open(redis)
    await write(cache, 'ada', 'the token of ada')
    await write(cache, 'eve', 'the token of eve')
    const [one = '', other = ''] = await keysLike(redis, ':value')
    await redis.client.rename(one, 'aside')
    await redis.client.rename(other, one)
    await redis.client.rename('aside', other)
    expect(await valueOf(cache, 'ada')).toBeUndefined()
    expect(await valueOf(cache, 'eve')).toBeUndefined()
  })

  it('prolongs a lock while its owner lives, and lets the next one in when it does not', async () => {
    const redis = await startRedis()
    const { cache } = open(redis, { lockMs: 300 })
    const lock = await cache.lock('key')
    const [place = ''] = await keysLike(redis, ':lock')
    let [leftMs, rises] = [Number.POSITIVE_INFINITY, 0]
    while (rises < 4) {
      const now = await redis.client.pttl(place)
      expect(now).toBeGreaterThan(0)
      if (now > leftMs) rises += 1
      leftMs = now
    }
    expect(await cache.lock('key')).toBeUndefined()
    await lock?.release()
    expect(await cache.lock('key')).toBeDefined()
  })

  it('refuses what an owner writes who lost the lock, and lets it release nothing', async () => {
    const redis = await startRedis()
    const { cache } = open(redis)
    const { stamp } = await cache.read('key', MARKS)
    const first = await cache.lock('key')
    await redis.client.del(await keysLike(redis, ':lock'))
    const second = await cache.lock('key')
    await second?.write('new', { stamp, lifetimeMs: MINUTE_MS })
    expect(await first?.write('old', { stamp, lifetimeMs: MINUTE_MS })).toBe(false)
    expect(await valueOf(cache, 'key')).toBe('new')
    await first?.release()
    expect(await cache.lock('key')).toBeUndefined()
  })

  it('goes on through a change of keys: values, revocations and lists are found under both', async () => {
    const redis = await startRedis()
    const before = open(redis, { keys: [KEY, NEXT_KEY] }).cache
    await write(before, 'key', 'old')
    await before.note('list', { id: '1', value: 'old' }, MINUTE_MS)
    const after = open(redis, { keys: [NEXT_KEY, KEY] }).cache
    expect(await valueOf(after, 'key')).toBe('old')
    expect(await after.noted('list')).toEqual([{ id: '1', value: 'old' }])
    await after.strike('list', ['1'])
    expect(await before.noted('list')).toEqual([])
    await after.revoke(MARKS)
    expect(await valueOf(before, 'key')).toBeUndefined()

    const alone = open(redis, { keys: [NEXT_KEY] }).cache
    await write(after, 'key', 'new')
    expect(await valueOf(alone, 'key')).toBe('new')
    expect(await valueOf(open(redis).cache, 'key')).toBeUndefined()
  })

  it('does not bring back through a change of keys what was revoked before it', async () => {
    const redis = await startRedis()
    const before = open(redis).cache
    await write(before, 'key', 'old')
    await before.revoke(MARKS)
    expect(await valueOf(open(redis, { keys: [NEXT_KEY, KEY] }).cache, 'key')).toBeUndefined()
  })

  it('counts for all processes together, and for each alone while Redis is away', async () => {
    const redis = await startRedis()
    const limiters = [open(redis, { timeoutMs: 500 }), open(redis, { timeoutMs: 500 })].map(
      ({ cache }) => cache.limiter('test', { count: 2, perSeconds: 60 }),
    )
    const consumeAll = async (): Promise<boolean[]> =>
      Promise.all(limiters.map(async (limiter) => (await limiter.consume('ada')).isAllowed))
    expect(await consumeAll()).toEqual([true, true])
    expect(await consumeAll()).toEqual([false, false])
    await redis.kill()
    expect(await Promise.all(limiters.map((limiter) => limiter.consume('eve')))).toMatchObject([
      { isAllowed: true },
      { isAllowed: true },
    ])
  })

  it('serves a broker whose own client it is not, and leaves that open', async () => {
    const redis = await startRedis()
    const cache = redisCache({ client: redis.client, keys: [KEY] })({
      clock: systemClock,
      report: () => {},
    })
    await write(cache, 'key', 'value')
    await cache.close()
    expect(await redis.client.ping()).toBe('PONG')
  })
})
