/** NexusRunDB from a browser: the vault client. */
export type { NexusRunDbApi } from './api.ts'
export {
  isNexusRunDbError,
  NexusRunDbError,
  type NexusRunDbErrorCode,
  type NexusRunDbErrorFacts,
} from './nexusrundb-error.ts'
export { type BucketsOption, type CheckedNexusRunDb, createNexusRunDb } from './nexusrundb.ts'
export type { BucketSchemas, InputOf, OutputOf, StandardSchema } from './standard-schema.ts'
export type {
  AccessKeyInformation,
  AllOptions,
  AnyBuckets,
  BucketGrant,
  BucketName,
  CallOptions,
  KeyFilter,
  KeyPage,
  NexusRunDbPermission,
  PageOptions,
  PermissionPage,
  WrittenAs,
} from './types.ts'
export type { NexusRunDbOptions } from './vault-context.ts'
export type { Entry, KeyRename, NexusRunDb, OneGrant } from './vault-types.ts'
