/** The public shapes of records: what goes in, what comes out. */
import type { SkyflowError } from './skyflow-error.ts'

/** How much of a value is shown. The policies of the account's roles may show less. */
export type Redaction = 'DEFAULT' | 'REDACTED' | 'MASKED' | 'PLAIN_TEXT'

export type AnyFields = Readonly<Record<string, unknown>>
/** Tables by name, each with its columns, where nothing more is known. */
export type AnyTables = Readonly<Record<string, AnyFields>>
export type TableName<T extends object> = keyof T & string
/** Tables as they are written, where that differs from how they are read. */
export type WrittenAs<T extends object> = { readonly [K in keyof T]: unknown }

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
  /**
   * Whether tokens of your own ("bring your own token") may stand in for Skyflow's: `ENABLE` for some columns
   * of a record, `ENABLE_STRICT` only for all. @default 'ENABLE' where there are any
   */
  byot?: 'ENABLE' | 'ENABLE_STRICT'
}

/** Tokens of your own, by column. */
export type OwnTokens<F extends object = AnyFields> = { readonly [K in keyof F]?: string }

export interface InsertOptions<F extends object = AnyFields> extends WriteOptions {
  /** A unique column: a record that has its value already is updated. */
  upsert?: keyof F & string
  /** For several records a list in their order. */
  ownTokens?: OwnTokens<F> | readonly OwnTokens<F>[]
}

export interface UpdateOptions<F extends object = AnyFields> extends WriteOptions {
  ownTokens?: OwnTokens<F>
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
  /** Give an address for each file, for a short while good without a token, in place of its name. */
  downloadUrls?: boolean
}

export interface ListOptions<R extends Redaction = Redaction> extends GetOptions<R> {
  /** At most 25, which is also the vault's default. */
  limit?: number
  offset?: number
  order?: 'ASCENDING' | 'DESCENDING' | 'NONE'
}

export interface PagingOptions<F extends object = AnyFields, R extends Redaction = Redaction>
  extends GetOptions<R> {
  /** These records alone, however many. Those that are not there are left out. @default all of the table */
  only?: readonly string[] | ColumnSelection<F>
  /** How many records one request asks for, 25 at most. @default 25 */
  pageSize?: number
  order?: 'ASCENDING' | 'DESCENDING'
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
  /** Give an address for each file in place of its name. */
  downloadUrls?: boolean
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
