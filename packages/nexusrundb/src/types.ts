/** The public shapes of the vault client: what goes in, what comes out. */

/** Buckets by name, each with the type of its values, where nothing more is known. */
export type AnyBuckets = Readonly<Record<string, unknown>>
export type BucketName<B extends object> = keyof B & string
/** Buckets as they are written, where that differs from how they are read. */
export type WrittenAs<B extends object> = { readonly [K in keyof B]: unknown }

/** A right on a bucket. */
export type NexusRunDbPermission =
  | 'read_key'
  | 'read_write_key'
  | 'list_all_keys'
  | 'delete_key'
  | 'bucket_info'

export interface CallOptions {
  signal?: AbortSignal
}

/** By a part of the id; the database takes one. */
export type KeyFilter =
  | { readonly prefix: string; readonly suffix?: never; readonly contains?: never }
  | { readonly suffix: string; readonly prefix?: never; readonly contains?: never }
  | { readonly contains: string; readonly prefix?: never; readonly suffix?: never }

export interface PageOptions extends CallOptions {
  /** The first is 1. @default 1 */
  page?: number
  /** From 1 to 1000. @default 25, as the database has it */
  pageSize?: number
  filter?: KeyFilter
}

export interface AllOptions extends CallOptions {
  /** How many ids one request asks for, from 1 to 1000. @default 1000 */
  pageSize?: number
  filter?: KeyFilter
}

export interface KeyPage {
  /** Ids of keys. */
  readonly keys: readonly string[]
  readonly page: number
  /** Whether another page may follow; it may be empty. */
  readonly mayHaveMore: boolean
}

export interface PermissionPage {
  readonly permissions: readonly BucketGrant[]
  readonly page: number
  readonly mayHaveMore: boolean
}

/** What an access key may do in a bucket; the access key `*` is everybody. */
export interface BucketGrant {
  readonly accessKey: string
  readonly permissions: readonly string[]
}

export interface AccessKeyInformation {
  /** As the database gives them. */
  readonly tags: unknown
  /** `undefined` where the answer does not say. */
  readonly canListAllBuckets: boolean | undefined
}
