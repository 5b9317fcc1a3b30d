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
export type Plain<T> =
  T extends Secret<infer V>
    ? V
    : T extends { toJSON(): infer J }
      ? J
      : T extends readonly (infer E)[]
        ? Plain<E>[]
        : T extends object
          ? { [K in keyof T]: Plain<T[K]> }
          : T

/** A record as it is read: secrets in the clear, with what the nodes add. */
export type Stored<T> = Omit<Plain<T>, '_id' | '_created' | '_updated'> & {
  _id: string
  /** When the first node stored it (ISO 8601). Nodes differ by moments. */
  _created?: string
  _updated?: string
}

/** A record of no declared type. */
export interface AnyRecord {
  /** A UUID, the same on every node; made up where missing. */
  _id?: string
  [field: string]: unknown
}

/** A MongoDB filter over plaintext fields. Shares cannot be searched. */
export type Filter = Readonly<Record<string, unknown>>

/** A MongoDB update: operators such as `$set`; secrets may stand in it. */
export type Update = Readonly<Record<`$${string}`, unknown>>

export interface CallOptions {
  signal?: AbortSignal
}

/**
 * Why a record could not be joined. `absent`: a node that answered does not have it. `unreachable`: a node
 * did not answer, and its share is needed. `conflict`: nodes differ in a plaintext field. `shares`: the
 * shares do not belong together.
 */
export type IncompleteReason = 'absent' | 'unreachable' | 'conflict' | 'shares'

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
}

export interface FindResult<T> {
  /** Whole records, newest first. */
  records: Stored<T>[]
  incomplete: IncompleteRecord<T>[]
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

/** A schema (today's nodes: a collection), as the nodes hold it. */
export interface SchemaInfo {
  _id: string
  name: string
  schema: unknown
}

export interface NewSchema {
  /** A UUID; made up where missing. */
  _id?: string
  name: string
  /** JSON Schema of a list of records. A secret field is an object with the text field `%share`. */
  schema: Readonly<Record<string, unknown>>
}

/** A stored aggregation, as the nodes hold it. */
export interface QueryInfo {
  _id: string
  name: string
  schema: string
  variables: unknown
  pipeline: unknown
}

export interface NewQuery {
  /** A UUID; made up where missing. */
  _id?: string
  name: string
  /** Id of the schema whose records it reads. */
  schema: string
  /** Each `##name` in the pipeline is replaced by the variable of that name. */
  variables?: Readonly<Record<string, { type: string; description?: string }>>
  pipeline: readonly Readonly<Record<string, unknown>>[]
}

export interface DefinitionResult {
  id: string
  nodes: readonly NodeOutcome[]
}

export interface ListResult<T> {
  /** What every node that answered holds, as the first of them tells it. */
  items: T[]
  /** Held by some of the nodes that answered, with those that do not have it. */
  incomplete: { item: T; missingFrom: readonly NodeRef[] }[]
  missing: readonly NodeOutcome[]
  nodes: readonly NodeOutcome[]
}

export interface QueryResult<T> {
  /** The rows all nodes agree on, secrets joined; `undefined` where they differ or a share is missing. */
  rows: Plain<T>[] | undefined
  /** Each node's own rows, by audience. */
  byNode: ReadonlyMap<string, readonly unknown[]>
  missing: readonly NodeOutcome[]
  nodes: readonly NodeOutcome[]
}
