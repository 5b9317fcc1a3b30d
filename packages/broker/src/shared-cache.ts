/** The port behind `createBroker({ cache })`: what several processes of one broker share. */
import type { Clock } from './clock.ts'
import type { Report } from './events.ts'

/** What is kept under a key. */
export interface CacheReading {
  /** Absent if nothing is kept, or if one of the marks was revoked since it was made. */
  readonly value?: string | undefined
  /** The state of the marks at this look; goes along with what is written. */
  readonly stamp: string
}

/** The leave to make the value of one key. It is prolonged until it is released or its owner dies. */
export interface CacheLock {
  /** Keeps the value; `false` if a later owner has written already, so that this one is out of date. */
  write(value: string, options: { stamp: string; lifetimeMs: number }): Promise<boolean>
  /** Lets the next one in. Never rejects. */
  release(): Promise<void>
}

export interface Revocations {
  /** Where the next look goes on. */
  readonly cursor: string
  /** `all` where too much was missed. */
  readonly marks: readonly string[] | 'all'
}

/** One line of a list; `id` is unique in it. */
export interface CacheNote {
  readonly id: string
  readonly value: string
}

/** So many in so much time. */
export interface Rate {
  readonly count: number
  /** Length of the window in whole seconds. */
  readonly perSeconds: number
}

export interface Verdict {
  readonly isAllowed: boolean
  /** Milliseconds until the window ends. */
  readonly resetMs: number
}

/** Counts against a rate. Never rejects. */
export interface Limiter {
  consume(key: string): Promise<Verdict>
}

/**
 * What broker processes share. Values are secret, keys and marks hold user ids: whoever keeps them
 * outside of this process encrypts the former and hashes the latter. Every method but `limiter` and `close`
 * rejects where the store cannot be reached, soon; the broker then goes on with what the process has.
 */
export interface SharedCache {
  /** Answer 503 rather than go on alone while the store cannot be reached. */
  readonly isRequired: boolean
  read(key: string, marks: readonly string[]): Promise<CacheReading>
  /** `undefined` if somebody else has the lock. */
  lock(key: string): Promise<CacheLock | undefined>
  /** What was made under any of these marks counts no more, in any process. */
  revoke(marks: readonly string[]): Promise<void>
  /** What was revoked after `cursor`; without one, only where to begin. */
  revokedSince(cursor: string | undefined): Promise<Revocations>
  /** Adds a line to a list, or replaces the one of the same id. */
  note(list: string, note: CacheNote, lifetimeMs: number): Promise<void>
  noted(list: string): Promise<readonly CacheNote[]>
  strike(list: string, ids: readonly string[]): Promise<void>
  /** `name` tells apart what is counted. */
  limiter(name: string, rate: Rate): Limiter
  /** Never rejects. */
  close(): Promise<void>
}

/** What a broker gives to the cache it is configured with. */
export interface CacheParts {
  readonly clock: Required<Clock>
  readonly report: Report
}

/** The option `cache`: called once, when the broker is created. */
export type CacheFactory = (parts: CacheParts) => SharedCache
