/** One mint per key among all processes: whoever has the lock mints, the others wait for what it writes. */
import type { Clock } from './clock.ts'
import { OAuthError } from './oauth-error.ts'
import type { CacheLock, SharedCache } from './shared-cache.ts'
import { readRecord, recordEndsAt, type TokenRecord, writeRecord } from './token-record.ts'

export interface FlightOrder {
  readonly key: string
  readonly marks: readonly string[]
  /** True for a record that spares the mint; throws where it tells of a failure that still counts. */
  readonly isSettled: (record: TokenRecord) => boolean
  /** Never rejects: a failure is a record, too. What is held besides goes along. */
  readonly mint: (known: TokenRecord) => Promise<TokenRecord>
}

/** Rejects with what `isSettled` throws, or with 503 where the cache is required and away. */
export type SharedFlight = (order: FlightOrder) => Promise<TokenRecord>

export interface SharedFlightParts {
  shared: SharedCache
  clock: Required<Clock>
  /** How long another process may keep this one waiting. */
  patienceMs: number
  random?: () => number
}

const FIRST_LOOK_MS = 15
const LONGEST_LOOK_MS = 120
/** Nobody trusts a token, or an epoch, for longer. */
export const LONGEST_SHARED_MS = 86_400_000

export function createSharedFlight(parts: SharedFlightParts): SharedFlight {
  return async (order) => {
    let found: TokenRecord | CacheLock | undefined
    try {
      found = await findOrLock(parts, order)
    } catch (error) {
      if (error instanceof OAuthError) throw error
      if (parts.shared.isRequired) throw storeDown(error)
    }
    if (!found) return order.mint({})
    return 'release' in found ? produce(parts, order, found) : found
  }
}

async function look(
  { shared }: SharedFlightParts,
  { key, marks }: FlightOrder,
): Promise<{ record: TokenRecord; stamp: string }> {
  const { value, stamp } = await shared.read(key, marks)
  return { record: readRecord(value), stamp }
}

/** The record as another process left it, or the lock, or neither where the owner of the lock is stuck. */
async function findOrLock(
  parts: SharedFlightParts,
  order: FlightOrder,
): Promise<TokenRecord | CacheLock | undefined> {
  const { shared, clock, patienceMs, random = Math.random } = parts
  const endsAt = clock.now() + patienceMs
  for (let waitMs = FIRST_LOOK_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_LOOK_MS)) {
    const { record } = await look(parts, order)
    if (order.isSettled(record)) return record
    const lock = await shared.lock(order.key)
    if (lock) return lock
    if (clock.now() >= endsAt) return undefined
    await pause(clock, waitMs * (0.5 + random() / 2))
  }
}

async function produce(
  parts: SharedFlightParts,
  order: FlightOrder,
  lock: CacheLock,
): Promise<TokenRecord> {
  try {
    // The former owner may have written between the look and the lock.
    const seen = await look(parts, order).catch(() => undefined)
    if (seen && order.isSettled(seen.record)) return seen.record
    const made = await order.mint(seen?.record ?? {})
    const lifetimeMs = Math.min(recordEndsAt(made) - parts.clock.now(), LONGEST_SHARED_MS)
    if (!seen || lifetimeMs <= 0) return made
    const written = { stamp: seen.stamp, lifetimeMs }
    // A token that cannot be told to the others is still a token.
    const isLast = await lock.write(writeRecord(made), written).catch(() => true)
    return isLast ? made : await theirs(parts, order, made)
  } finally {
    // Not awaited: nobody who waits for a token should wait for this.
    void lock.release()
  }
}

/** This process was held up and another has minted since: theirs is what the others hold. */
async function theirs(
  parts: SharedFlightParts,
  order: FlightOrder,
  ours: TokenRecord,
): Promise<TokenRecord> {
  try {
    const { record } = await look(parts, order)
    return order.isSettled(record) ? record : ours
  } catch {
    return ours
  }
}

function storeDown(cause: unknown): OAuthError {
  const text = 'The store that the processes of this broker share cannot be reached'
  return new OAuthError('temporarily_unavailable', text, { cause })
}

async function pause(clock: Required<Clock>, ms: number): Promise<void> {
  return new Promise((resolve) => clock.after(ms, resolve))
}
