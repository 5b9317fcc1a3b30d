/** A shared cache for brokers of one process. */
import type { Clock } from './clock.ts'
import { createMemoryLimiter } from './memory-limiter.ts'
import type {
  CacheFactory,
  CacheLock,
  CacheNote,
  Revocations,
  SharedCache,
} from './shared-cache.ts'

interface Entry {
  value: string
  stamp: string
  fence: number
  endsAt: number
}

interface Lists {
  note: SharedCache['note']
  noted: SharedCache['noted']
  strike: SharedCache['strike']
}

const SWEEP_EVERY = 1_000
const MAX_REVOCATIONS = 100_000

/**
 * Creates a cache that several brokers of one process share: give each the same. What it keeps is gone with
 * the process; for several processes see `redisCache` of `@valetkey/broker/redis`.
 */
export function memoryCache(): CacheFactory {
  let cache: SharedCache | undefined
  return ({ clock }) => (cache ??= createMemoryCache(clock))
}

export function createMemoryCache(clock: Required<Clock>): SharedCache {
  const revocations = createRevocations()
  return {
    isRequired: false,
    ...createValues(clock, revocations),
    revoke: async (marks) => revocations.add(marks),
    revokedSince: async (cursor) => revocations.since(cursor),
    ...createLists(clock),
    limiter: (_, rate) => createMemoryLimiter(rate),
    async close() {},
  }
}

interface RevocationLog {
  add(marks: readonly string[]): void
  since(cursor: string | undefined): Revocations
  stampOf(marks: readonly string[]): string
}

function createRevocations(): RevocationLog {
  const epochs = new Map<string, number>()
  let era = 0
  let log: string[] = []
  /** Lines of the log that are gone. */
  let gone = 0

  /** All that was made before counts no more, so nobody needs to know why. */
  function beginAnew(): void {
    era += 1
    epochs.clear()
    gone += log.length
    log = []
  }

  return {
    stampOf: (marks) => [era, ...marks.map((mark) => epochs.get(mark) ?? 0)].join(' '),
    add(marks) {
      if (log.length > MAX_REVOCATIONS) beginAnew()
      for (const mark of marks) epochs.set(mark, (epochs.get(mark) ?? 0) + 1)
      log.push(...marks)
    },
    since(cursor) {
      const end = gone + log.length
      const begin = cursor === undefined ? end : Number(cursor)
      return { cursor: String(end), marks: begin < gone ? 'all' : log.slice(begin - gone) }
    },
  }
}

function createValues(
  clock: Required<Clock>,
  revocations: RevocationLog,
): Pick<SharedCache, 'read' | 'lock'> {
  const entries = new Map<string, Entry>()
  const owners = new Map<string, number>()
  let fences = 0
  let untilSweep = SWEEP_EVERY

  function put(key: string, entry: Entry): void {
    entries.set(key, entry)
    untilSweep -= 1
    if (untilSweep > 0) return
    untilSweep = SWEEP_EVERY
    const now = clock.now()
    for (const [known, { endsAt }] of entries) if (endsAt <= now) entries.delete(known)
  }

  function lockOf(key: string, fence: number): CacheLock {
    return {
      async write(value, { stamp, lifetimeMs }) {
        if ((entries.get(key)?.fence ?? 0) > fence) return false
        put(key, { value, stamp, fence, endsAt: clock.now() + lifetimeMs })
        return true
      },
      async release() {
        if (owners.get(key) === fence) owners.delete(key)
      },
    }
  }

  return {
    async read(key, marks) {
      const stamp = revocations.stampOf(marks)
      const entry = entries.get(key)
      const isCurrent = entry && entry.stamp === stamp && entry.endsAt > clock.now()
      return isCurrent ? { value: entry.value, stamp } : { stamp }
    },
    async lock(key) {
      if (owners.has(key)) return undefined
      fences += 1
      owners.set(key, fences)
      return lockOf(key, fences)
    },
  }
}

/** Lists of lines that end, in memory. */
export function createLists(clock: Required<Clock>): Lists {
  const lists = new Map<string, Map<string, CacheNote & { endsAt: number }>>()
  let untilSweep = SWEEP_EVERY

  function prune(name: string): void {
    const lines = lists.get(name)
    const now = clock.now()
    for (const [id, { endsAt }] of lines ?? []) if (endsAt <= now) lines?.delete(id)
    if (lines?.size === 0) lists.delete(name)
  }

  return {
    async note(name, { id, value }, lifetimeMs) {
      const lines = lists.get(name) ?? new Map()
      lists.set(name, lines.set(id, { id, value, endsAt: clock.now() + lifetimeMs }))
      untilSweep -= 1
      if (untilSweep > 0) return
      untilSweep = SWEEP_EVERY
      for (const known of lists.keys()) prune(known)
    },
    async noted(name) {
      prune(name)
      return [...(lists.get(name)?.values() ?? [])].map(({ id, value }) => ({ id, value }))
    },
    async strike(name, ids) {
      for (const id of ids) lists.get(name)?.delete(id)
      prune(name)
    },
  }
}
