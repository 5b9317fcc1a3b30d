/** The public shapes of the vault client: records in, records out. */
import type { NodeOutcome, NodeRef } from './vault-error.ts'

/**
 * Marks a value that is split into shares, one per node, before it leaves the browser: a text of at most
 * 4095 bytes, or a whole number of 32 bits.
 */
export interface Secret<V extends string | number = string | number> {
  readonly '%allot': V
}

/** A type with every `Secret` replaced by what it holds, the rest as JSON gives it back. */
export type Plain<T> = 0 extends 1 & T
  ? T
  : T extends Secret<infer V>
    ? V
    : // Before objects: a branded text or number is both.
      T extends string | number | boolean | bigint | null | undefined
      ? T
      : T extends { toJSON(): infer J }
        ? J
        : T extends object
          ? { -readonly [K in keyof T]: Plain<T[K]> }
          : T

/** What the nodes add to a record. */
export interface NodeFields {
  _id: string
  /** When the first node stored it (ISO 8601). Nodes differ by moments. */
  _created?: string
  _updated?: string
}

/** A record with what the nodes add; of a union, each of its members. */
export type Kept<T> = T extends unknown ? Omit<T, keyof NodeFields> & NodeFields : never

/** A record as it is read: secrets in the clear, with what the nodes add. */
export type Stored<T> = T extends unknown ? Omit<Plain<T>, keyof NodeFields> & NodeFields : never

/** A record of no declared type. */
export interface AnyRecord {
  /** A UUID, the same on every node; made up where missing. */
  _id?: string
  [field: string]: unknown
}

/**
 * How a secret is shared. `store`: it can be read, by who has every share. `sum`: whole numbers whose shares
 * nodes can add up in a query. `match`: a keyed hash, the same on all nodes, which can be searched for and
 * never read.
 */
export type ShareMode = 'store' | 'sum' | 'match'

/**
 * Which fields are secrets, by path (`account.pin`; lists are passed through). Their values need no mark
 * then. A marked value at any other path is shared as `store`.
 */
export type SecretModes = Readonly<Record<string, ShareMode>>

/** A MongoDB filter over plaintext fields, and over secrets shared as `match`. Other shares cannot be searched. */
export type Filter = Readonly<Record<string, unknown>>

/** A MongoDB update: operators such as `$set`; secrets may stand in it. */
export type Update = Readonly<Record<`$${string}`, unknown>>

export interface CallOptions {
  signal?: AbortSignal
}

export interface FindOptions extends CallOptions {
  /**
   * At most so many records, the newest of what fits the filter. Seed-era nodes give all even so; the rest is
   * dropped here.
   */
  limit?: number
  /** After so many. The page is that of the first node to be listed in `nodes`. @default 0 */
  offset?: number
}

/**
 * Why a record could not be joined. `absent`: a node that answered does not have it. `unreachable`: a node
 * did not answer, and its share is needed. `conflict`: nodes differ in a plaintext field. `shares`: the
 * shares do not belong together. `invalid`: it does not fit the schema that the app gave.
 */
export type IncompleteReason = 'absent' | 'unreachable' | 'conflict' | 'shares' | 'invalid'

/** A record that could not be joined, with what is known of it. */
export interface IncompleteRecord<T> {
  _id: string
  reason: IncompleteReason
  /** Nodes that hold it. */
  presentOn: readonly NodeRef[]
  /** Nodes that do not hold it, or did not say. */
  missingFrom: readonly NodeRef[]
  /** Its fields without the secret ones, nor those the nodes differ in. */
  plaintext: Partial<Stored<T>>
  /** Paths of the plaintext fields that the nodes differ in. */
  differing: readonly string[]
}

/** `R`: what a record is once it has passed the app's own schema. */
export interface FindResult<T, R = Stored<T>> {
  /** Whole records, newest first. */
  records: R[]
  incomplete: IncompleteRecord<T>[]
  /** How many records fit the filter, where a page was asked for. */
  total?: number
  /** Nodes that gave no answer, and why. */
  missing: readonly NodeOutcome[]
  nodes: readonly NodeOutcome[]
}

export interface CreateResult {
  /** The records' ids, in the order given. */
  ids: string[]
  nodes: readonly NodeOutcome[]
}

export interface UpdateResult {
  /** Records that fitted the filter. */
  matched: number
  /** Records that changed. */
  modified: number
  nodes: readonly NodeOutcome[]
}

export interface DeleteResult {
  deleted: number
  nodes: readonly NodeOutcome[]
}

export interface FlushResult {
  /** Today's nodes do not count. */
  deleted?: number
  nodes: readonly NodeOutcome[]
}

/** What `T` may be written as: each text or number in it plain, or marked as a secret. */
export type Markable<T> = T extends string | number
  ? T | Secret<T>
  : T extends Secret | Date
    ? T
    : T extends readonly (infer E)[]
      ? readonly Markable<E>[]
      : T extends object
        ? { [K in keyof T]: Markable<T[K]> }
        : T

/** A record that may say its own id, whether or not its type knows of one. */
export type Identified<T> = T extends unknown ? T & { readonly _id?: string } : never
