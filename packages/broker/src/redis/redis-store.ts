/** The shared cache on Redis: values and locks, revocations, lists. */
import type { Clock } from '../clock.ts'
import { createRedisLimiter } from './redis-limiter.ts'
import type { CacheLock, CacheReading, SharedCache } from '../shared-cache.ts'
import { LONGEST_SHARED_MS } from '../shared-flight.ts'
import type { Keyring } from './keyring.ts'
import type { RedisConnection } from './redis-connection.ts'
import * as scripts from './redis-scripts.ts'

export interface RedisStoreParts {
  connection: RedisConnection
  keyring: Keyring
  clock: Required<Clock>
  prefix: string
  /** How long a lock outlives its owner. */
  lockMs: number
}

type Store = Omit<SharedCache, 'isRequired' | 'close'>

/** An epoch must outlive all that was made before it. */
const EPOCH_MS = LONGEST_SHARED_MS + 3_600_000
const LOG_MS = 3_600_000
/** Who has not looked for so long may have missed lines that are gone. */
const LONGEST_ABSENCE_MS = LOG_MS - 600_000
const MOST_REVOCATIONS = 10_000
const MOST_NOTES = 1_000

export function createRedisStore(parts: RedisStoreParts): Store {
  const { connection, keyring, prefix } = parts
  return {
    ...valuesOf(parts),
    ...revocationsOf(parts),
    ...listsOf(parts),
    limiter: (name, rate) =>
      createRedisLimiter({ connection, keyring, keyPrefix: `${prefix}:rate:${name}`, rate }),
  }
}

function valuesOf(parts: RedisStoreParts): Pick<Store, 'read' | 'lock'> {
  const { connection, keyring, prefix } = parts
  const placeOf = (name: string): string => `${prefix}:token:{${name}}`

  /** By one key of the ring: a value counts under the epochs that whoever wrote it could see. */
  async function readBy(name: string, markNames: readonly string[]): Promise<CacheReading> {
    const place = placeOf(name)
    // Sent together: one round trip, and none of them in the way of a cluster.
    const [sealed, ...epochs] = await Promise.all([
      connection.send('HGET', `${place}:value`, 'value'),
      ...markNames.map(async (mark) => connection.send('GET', epochKey(prefix, mark))),
    ])
    const stamp = epochs.map((epoch) => (typeof epoch === 'string' ? epoch : '-')).join(' ')
    const text = typeof sealed === 'string' ? await keyring.open(sealed, place) : undefined
    const isCurrent = text?.startsWith(`${stamp}\n`) ?? false
    return isCurrent ? { stamp, value: text?.slice(stamp.length + 1) } : { stamp }
  }

  return {
    async read(key, marks) {
      const names = await keyring.names(key)
      const markNames = await Promise.all(marks.map(async (mark) => keyring.names(mark)))
      const readings = await Promise.all(
        names.map(async (name, index) =>
          readBy(
            name,
            markNames.map((byKey) => byKey[index] ?? ''),
          ),
        ),
      )
      const stamp = readings[0]?.stamp ?? ''
      return { stamp, value: readings.find(({ value }) => value !== undefined)?.value }
    },
    async lock(key) {
      const place = placeOf(await keyring.name(key))
      const owner = crypto.randomUUID()
      const keys = [`${place}:lock`, `${place}:fence`]
      const fence = await connection.send(
        'EVAL',
        scripts.LOCK,
        2,
        ...keys,
        owner,
        parts.lockMs,
        EPOCH_MS,
      )
      return typeof fence === 'number' ? ownedLock(parts, { place, owner, fence }) : undefined
    },
  }
}

function ownedLock(
  { connection, keyring, clock, lockMs }: RedisStoreParts,
  { place, owner, fence }: { place: string; owner: string; fence: number },
): CacheLock {
  let isReleased = false
  let cancel = (): void => {}

  // Prolonged a third of its life before it would end twice over: one lost command loses no lock.
  function prolong(): void {
    cancel = clock.after(lockMs / 3, () => {
      connection
        .send('EVAL', scripts.EXTEND, 1, `${place}:lock`, owner, lockMs)
        .catch(ignore)
        .finally(() => {
          if (!isReleased) prolong()
        })
    })
  }
  prolong()

  return {
    async write(value, { stamp, lifetimeMs }) {
      const sealed = await keyring.seal(`${stamp}\n${value}`, place)
      const lifeMs = Math.ceil(lifetimeMs)
      const written = await connection.send(
        'EVAL',
        scripts.WRITE,
        1,
        `${place}:value`,
        fence,
        sealed,
        lifeMs,
      )
      return written === 1
    },
    async release() {
      isReleased = true
      cancel()
      await connection.send('EVAL', scripts.RELEASE, 1, `${place}:lock`, owner).catch(ignore)
    },
  }
}

function revocationsOf(parts: RedisStoreParts): Pick<Store, 'revoke' | 'revokedSince'> {
  const { connection, keyring, prefix } = parts
  const log = `${prefix}:revocations`
  return {
    async revoke(marks) {
      // Under the names of all keys: another process may have another one first while keys are changed.
      const names = (await Promise.all(marks.map(async (mark) => keyring.names(mark)))).flat()
      await Promise.all(
        names.map(async (name) =>
          connection.send('SET', epochKey(prefix, name), crypto.randomUUID(), 'PX', EPOCH_MS),
        ),
      )
      const lines = await Promise.all(marks.map(async (mark) => keyring.seal(mark, log)))
      await connection.send('EVAL', scripts.LOG, 1, log, LOG_MS, ...lines)
    },
    async revokedSince(cursor) {
      const [lastId = '', lookedAt = ''] = (cursor ?? '').split(' ')
      const most = MOST_REVOCATIONS + 1
      const seen = await connection.send('EVAL', scripts.LOGGED, 1, log, lastId, most)
      const [time = '', newLastId = '', ...lines] = textsIn(seen)
      const next = `${newLastId} ${time}`
      const isLate = lookedAt !== '' && Number(time) - Number(lookedAt) > LONGEST_ABSENCE_MS
      if (isLate || lines.length > MOST_REVOCATIONS) return { cursor: next, marks: 'all' }
      const marks = await Promise.all(lines.map(async (line) => keyring.open(line, log)))
      return { cursor: next, marks: marks.filter((mark) => mark !== undefined) }
    },
  }
}

function listsOf({
  connection,
  keyring,
  clock,
  prefix,
}: RedisStoreParts): Pick<Store, 'note' | 'noted' | 'strike'> {
  const placeOf = (name: string): string => `${prefix}:list:{${name}}`
  const keysOf = (place: string): string[] => [`${place}:ends`, `${place}:lines`]
  return {
    async note(list, { id, value }, lifetimeMs) {
      const place = placeOf(await keyring.name(list))
      const line = await keyring.seal(JSON.stringify([id, value]), place)
      const now = clock.now()
      const endsAt = Math.ceil(now + lifetimeMs)
      const field = await keyring.name(id)
      await connection.send('EVAL', scripts.NOTE, 2, ...keysOf(place), now, endsAt, field, line)
    },
    async noted(list) {
      const places = (await keyring.names(list)).map(placeOf)
      const found = await Promise.all(
        places.map(async (place) => {
          const keys = keysOf(place)
          const lines = await connection.send(
            'EVAL',
            scripts.NOTED,
            2,
            ...keys,
            clock.now(),
            MOST_NOTES,
          )
          return Promise.all(textsIn(lines).map(async (line) => keyring.open(line, place)))
        }),
      )
      return found.flat().flatMap((text) => {
        const [id, value]: unknown[] = text === undefined ? [] : JSON.parse(text)
        return typeof id === 'string' && typeof value === 'string' ? [{ id, value }] : []
      })
    },
    async strike(list, ids) {
      if (ids.length === 0) return
      const names = await keyring.names(list)
      await Promise.all(
        names.map(async (name, index) => {
          const fields = await Promise.all(ids.map(async (id) => keyring.names(id)))
          const own = fields.map((byKey) => byKey[index] ?? '')
          await connection.send('EVAL', scripts.STRIKE, 2, ...keysOf(placeOf(name)), ...own)
        }),
      )
    },
  }
}

function epochKey(prefix: string, name: string): string {
  return `${prefix}:epoch:{${name}}`
}

function textsIn(reply: unknown): string[] {
  return Array.isArray(reply) ? reply.filter((part) => typeof part === 'string') : []
}

function ignore(): void {}
