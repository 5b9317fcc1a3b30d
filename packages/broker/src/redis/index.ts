/** A shared cache on Redis or Valkey, for brokers that run in several processes. */
import { Redis } from 'ioredis'
import { systemClock } from '../clock.ts'
import { BrokerConfigError, type ConfigFault } from '../config-error.ts'
import { withDeadline } from '../deadline.ts'
import { countFaults } from '../delivery-config.ts'
import type { CacheFactory } from '../shared-cache.ts'
import { unknownOptionFaults } from '../unknown-options.ts'
import { createKeyring, keyBytes } from './keyring.ts'
import { createRedisConnection, type RedisClient } from './redis-connection.ts'
import { createRedisStore } from './redis-store.ts'

export type { RedisClient } from './redis-connection.ts'

export interface RedisCacheOptions {
  /** Where Redis or Valkey (6.2 or later) listens, for example `rediss://user:password@redis.internal:6379`. */
  url?: string
  /** In place of `url`: a client of ioredis, or anything with its `call`. It stays yours to close. */
  client?: RedisClient
  /**
   * Keys of 32 random bytes in base64 or hex, as `openssl rand -base64 32` prints them. The first encrypts,
   * all decrypt. To change keys: add the new one at the end in all processes, then put it first, then drop
   * the old one.
   */
  keys: readonly string[]
  /** What the names in Redis begin with. @default 'valetkey' */
  prefix?: string
  /** How long a command may take before Redis is taken to be away, in milliseconds. @default 250 */
  timeoutMs?: number
  /** How long the others wait for a process that died while it minted, in milliseconds. @default 3000 */
  lockMs?: number
  /** Answer 503 while Redis is away, in place of going on with the memory of each process. @default false */
  required?: boolean
}

const OPTIONS = ['url', 'client', 'keys', 'prefix', 'timeoutMs', 'lockMs', 'required']
const CONNECT_TIMEOUT_MS = 5_000
const RETRY_MS = 250

/**
 * Lets the processes of one broker share tokens, locks, limits and revocations. Tokens are encrypted there
 * and names are hashed. While Redis cannot be reached each process goes on alone.
 *
 * @throws {BrokerConfigError} naming every fault of the options at once.
 *
 * @example
 * ```ts
 * createBroker({ cache: redisCache({ url: process.env.REDIS_URL, keys: [process.env.CACHE_KEY] }), … })
 * ```
 */
export function redisCache(options: RedisCacheOptions): CacheFactory {
  const faults = faultsOf(options)
  if (faults.length > 0) throw new BrokerConfigError(faults, 'redisCache')
  const { keys, prefix = 'valetkey', timeoutMs = 250, lockMs = 3_000, required = false } = options
  const secrets = keys.flatMap((key) => keyBytes(key) ?? [])

  return ({ clock, report }) => {
    const own = options.client ? undefined : connect(options.url ?? '')
    const client = options.client ?? (own as RedisClient)
    const connection = createRedisConnection({ client, clock, report, timeoutMs })
    const keyring = createKeyring(secrets)
    return {
      isRequired: required,
      ...createRedisStore({ connection, keyring, clock, prefix, lockMs }),
      async close() {
        if (own) await disconnect(own, timeoutMs)
      },
    }
  }
}

function connect(url: string): Redis {
  const client = new Redis(url, {
    connectTimeout: CONNECT_TIMEOUT_MS,
    // What waits for a connection waits for our deadline, not for the next connection.
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    retryStrategy: () => RETRY_MS,
  })
  // The commands tell; without a listener the client would print.
  client.on('error', () => {})
  return client
}

async function disconnect(client: Redis, timeoutMs: number): Promise<void> {
  const onTimeout = (): Error => new Error('Redis did not say goodbye')
  await withDeadline({ clock: systemClock, timeoutMs, onTimeout }, () => client.quit()).catch(
    () => undefined,
  )
  client.disconnect()
}

function faultsOf(options: RedisCacheOptions): ConfigFault[] {
  const { url, client, keys, prefix = 'valetkey' } = options
  const faults = [
    ...unknownOptionFaults(options, OPTIONS, 'redisCache'),
    ...countFaults(options, ['timeoutMs', 'lockMs']),
    ...keyFaults(keys),
  ]
  if ((url === undefined) === (client === undefined))
    faults.push({ field: 'url', fault: 'and client: give one of them' })
  else if (client !== undefined && typeof client.call !== 'function')
    faults.push({
      field: 'client',
      fault: 'has no method call(command, ...args)',
      mend: 'give a client of ioredis, or { call: (...command) => client.sendCommand(command) }',
    })
  else if (url !== undefined && !/^(rediss?|unix):\/\//.test(url))
    faults.push({ field: 'url', fault: 'is not an address redis://… or rediss://…' })
  if (!/^[\w:.-]{1,64}$/.test(prefix))
    faults.push({ field: 'prefix', fault: 'is not 1 to 64 letters, digits or _:.-' })
  return faults
}

function keyFaults(keys: readonly string[] | undefined): ConfigFault[] {
  const mend = 'make one with: openssl rand -base64 32'
  if (!Array.isArray(keys) || keys.length === 0) return [{ field: 'keys', fault: 'is empty', mend }]
  const bad = keys.flatMap((key: unknown, index): ConfigFault[] =>
    typeof key === 'string' && keyBytes(key)
      ? []
      : [{ field: `keys[${index}]`, fault: 'is not 32 bytes in base64 or hex', mend }],
  )
  const isTwice = new Set(keys).size < keys.length
  return isTwice ? [...bad, { field: 'keys', fault: 'holds a key twice' }] : bad
}
