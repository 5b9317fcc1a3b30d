/** The operations of the vault client. */
import type {
  AccessKeyInformation,
  AllOptions,
  BucketName,
  CallOptions,
  KeyPage,
  NexusRunDbPermission,
  PageOptions,
  PermissionPage,
  WrittenAs,
} from './types.ts'

/** One database. All throw `NexusRunDbError`; `TokenError` if there is no token; `AbortError` for who gives up. */
export interface NexusRunDb<B extends object, W extends WrittenAs<B> = B> {
  /** Resolves if the database answers and takes the token. */
  ping(options?: CallOptions): Promise<void>
  /** Writes a value as JSON, over the one that is there. */
  write<K extends BucketName<B>>(
    bucket: K,
    entry: Entry<W[K]>,
    options?: CallOptions,
  ): Promise<void>
  /** The value: JSON parsed, any other as text. `not_found` if there is none. */
  read<K extends BucketName<B>>(bucket: K, key: string, options?: CallOptions): Promise<B[K]>
  /** One page of ids. */
  list(bucket: BucketName<B>, options?: PageOptions): Promise<KeyPage>
  /** All ids, page by page as you go on. What is written or deleted meanwhile may be missed or seen twice. */
  keys(bucket: BucketName<B>, options?: AllOptions): AsyncGenerator<string, void, undefined>
  delete(bucket: BucketName<B>, key: string, options?: CallOptions): Promise<void>
  /** `conflict` if the new id is taken. */
  rename(bucket: BucketName<B>, ids: KeyRename, options?: CallOptions): Promise<void>
  /** `conflict` if the new id is taken. Needs a token of the Master key. */
  renameBucket(bucket: string, newBucket: string, options?: CallOptions): Promise<void>
  /** Who may do what in a bucket. All three need a token of the Master key; the access key `*` is everybody. */
  readonly permissions: {
    list(bucket: string, options?: PageOptions): Promise<PermissionPage>
    add(bucket: string, grant: OneGrant, options?: CallOptions): Promise<void>
    remove(bucket: string, grant: OneGrant, options?: CallOptions): Promise<void>
  }
  /** What is known of an access key: of the token's own, or of any with a token of the Master key. */
  accessKey(accessKey: string, options?: CallOptions): Promise<AccessKeyInformation>
}

/** A value with the id of its key. */
export interface Entry<T = unknown> {
  readonly key: string
  readonly value: T
}

export interface KeyRename {
  readonly key: string
  readonly newKey: string
}

/** One right of one access key. */
export interface OneGrant {
  readonly accessKey: string
  readonly permission: NexusRunDbPermission
}
