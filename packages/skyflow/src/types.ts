/** The public shapes of the vault client: what goes in, what comes out. */
import type { SkyflowError } from './skyflow-error.ts'

/** How much of a value is shown. The policies of the account's roles may show less. */
export type Redaction = 'DEFAULT' | 'REDACTED' | 'MASKED' | 'PLAIN_TEXT'

export type AnyFields = Readonly<Record<string, unknown>>
/** Tables by name, each with its columns, where nothing more is known. */
export type AnyTables = Readonly<Record<string, AnyFields>>
export type TableName<T extends object> = keyof T & string

/** One of several results, in the order of what was asked for. */
export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: SkyflowError }

export interface CallOptions {
  signal?: AbortSignal
}

export interface WriteOptions extends CallOptions {
  /** Answer with a token for each value. @default true */
  tokens?: boolean
}

export interface InsertOptions<F extends object = AnyFields> extends WriteOptions {
  /** A unique column: a record that has its value already is updated. */
  upsert?: keyof F & string
}

/** For several at once: give an outcome for each in place of failing at the first. */
export interface ContinueOnError {
  continueOnError: true
}

/** A record that was written. */
export interface WrittenRecord<F extends object = AnyFields> {
  /** Its `skyflow_id`. */
  readonly id: string
  /** By column; absent if none were asked for, or no column of it is tokenized. */
  readonly tokens?: { readonly [K in keyof F]?: string }
}

/** A new content for some columns of one record. */
export interface RecordChange<F extends object = AnyFields> {
  id: string
  fields: Partial<F>
}

export interface GetOptions<R extends Redaction = Redaction> extends CallOptions {
  /** @default what the policies say (`DEFAULT`) */
  redaction?: R
  /** Give tokens in place of values. */
  tokens?: boolean
  /** Only these columns. @default all */
  columns?: readonly string[]
}

export interface ListOptions<R extends Redaction = Redaction> extends GetOptions<R> {
  /** At most 25, which is also the vault's default. */
  limit?: number
  offset?: number
  order?: 'ASCENDING' | 'DESCENDING' | 'NONE'
}

/** Records by the values of a unique column. The values stand in the URL of the call. */
export interface ColumnSelection<F extends object = AnyFields> {
  column: keyof F & string
  values: readonly string[]
}

/** A column's value as shown: only `PLAIN_TEXT` keeps its type. */
export type Shown<V, R extends Redaction> = R extends 'PLAIN_TEXT' ? V : V | string

/** A record that was read; columns that the account may not see, or that are empty, may be missing. */
export interface StoredRecord<F extends object = AnyFields, R extends Redaction = Redaction> {
  /** Its `skyflow_id`. */
  readonly id: string
  readonly fields: { readonly [K in keyof F]?: Shown<F[K], R> }
  readonly tokens?: { readonly [K in keyof F]?: string }
}

/** A token, with a redaction of its own where it differs from the call's. */
export type TokenToReveal = string | { token: string; redaction?: Redaction }

export interface DetokenizeOptions extends CallOptions {
  /** For tokens that name none of their own. @default what the policies say (`DEFAULT`) */
  redaction?: Redaction
}

export interface RevealedValue {
  readonly token: string
  /** As JSON has it; a text for most types. */
  readonly value: unknown
  /** As Skyflow names it, for example `STRING` or `INTEGER`. */
  readonly valueType: string
}

/** A value whose token is asked for. It must stand in the vault already. */
export interface ValueToTokenize {
  value: string
  /** Columns of one group share their tokens. */
  columnGroup: string
}

/** The operations of one vault. `T` names its tables and their columns. */
export interface SkyflowVault<T extends object = AnyTables> {
  /** Stores one record. */
  insert<K extends TableName<T>>(
    table: K,
    record: T[K] & AnyObject,
    options?: InsertOptions<T[K] & object>,
  ): Promise<WrittenRecord<T[K] & object>>
  /** Stores records, each for itself; failures are outcomes. */
  insert<K extends TableName<T>>(
    table: K,
    records: readonly T[K][],
    options: InsertOptions<T[K] & object> & ContinueOnError,
  ): Promise<readonly Outcome<WrittenRecord<T[K] & object>>[]>
  /** Stores all records, or none. */
  insert<K extends TableName<T>>(
    table: K,
    records: readonly T[K][],
    options?: InsertOptions<T[K] & object>,
  ): Promise<readonly WrittenRecord<T[K] & object>[]>

  /** Reads one record by its `skyflow_id`. */
  get<K extends TableName<T>, R extends Redaction = 'DEFAULT'>(
    table: K,
    id: string,
    options?: GetOptions<R>,
  ): Promise<StoredRecord<T[K] & object, R>>
  /** Reads up to 25 records by their ids, or records by the values of a unique column. */
  get<K extends TableName<T>, R extends Redaction = 'DEFAULT'>(
    table: K,
    selection: readonly string[] | ColumnSelection<T[K] & object>,
    options?: ListOptions<R>,
  ): Promise<readonly StoredRecord<T[K] & object, R>[]>

  /** Changes the columns given, keeps the others. */
  update<K extends TableName<T>>(
    table: K,
    change: RecordChange<T[K] & object>,
    options?: WriteOptions,
  ): Promise<WrittenRecord<T[K] & object>>

  /** Deletes one record, or several. Gives the ids of those deleted. */
  delete(
    table: TableName<T>,
    ids: string | readonly string[],
    options?: CallOptions,
  ): Promise<readonly string[]>

  /** Swaps one token for its value. */
  detokenize(token: TokenToReveal, options?: DetokenizeOptions): Promise<RevealedValue>
  /** Swaps tokens for values; an unknown one fails its own outcome only. */
  detokenize(
    tokens: readonly TokenToReveal[],
    options: DetokenizeOptions & ContinueOnError,
  ): Promise<readonly Outcome<RevealedValue>[]>
  /** Swaps tokens for values, in the same order; one unknown token fails them all. */
  detokenize(
    tokens: readonly TokenToReveal[],
    options?: DetokenizeOptions,
  ): Promise<readonly RevealedValue[]>

  /** The tokens of values that the vault holds already, in the same order. */
  tokenize(values: readonly ValueToTokenize[], options?: CallOptions): Promise<readonly string[]>
}

/** Any object that is no list. */
type AnyObject = object & { readonly [Symbol.iterator]?: never }
