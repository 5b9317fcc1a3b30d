/** Counts against a rate in Redis, for all processes together; while Redis is away, each for itself. */
import { RateLimiterMemory, RateLimiterRedis } from 'rate-limiter-flexible'
import { verdictOf } from '../memory-limiter.ts'
import type { Limiter, Rate } from '../shared-cache.ts'
import type { Keyring } from './keyring.ts'
import type { RedisConnection } from './redis-connection.ts'

export interface RedisLimiterParts {
  connection: RedisConnection
  keyring: Keyring
  keyPrefix: string
  rate: Rate
}

export function createRedisLimiter(parts: RedisLimiterParts): Limiter {
  const { connection, keyring, keyPrefix, rate } = parts
  const bounds = { points: rate.count, duration: rate.perSeconds }
  const limiter = new RateLimiterRedis({
    ...bounds,
    keyPrefix,
    storeClient: storeClient(connection),
    rejectIfRedisNotReady: true,
    // Who is over the limit is not asked about again before its window ends.
    inMemoryBlockOnConsumed: rate.count + 1,
    insuranceLimiter: new RateLimiterMemory(bounds),
  })
  return { consume: async (key) => verdictOf(limiter.consume(await keyring.name(key))) }
}

/** As much of an ioredis client as the limiter uses, with our deadline and our knowledge of whether Redis is there. */
function storeClient(connection: RedisConnection): object {
  let script = ''
  return {
    get status() {
      return connection.isDown() ? 'end' : 'ready'
    },
    defineCommand(_: string, { lua }: { lua: string }) {
      script = lua
    },
    rlflxIncr: (args: string[]) => connection.send('EVAL', script, 1, ...args),
  }
}
