/** SecretVault from a browser: records whose secret fields are stored as shares, one per node. */
export type { MatchSeed } from './blindfold.ts'
export type {
  DefinitionResult,
  ListResult,
  NewQuery,
  NewSchema,
  QueryInfo,
  QueryVariable,
  SchemaInfo,
} from './definition-types.ts'
export type { Era } from './node-api.ts'
export type { Acl, DocumentName, OwnedList, OwnedReference, Ownership } from './owned-types.ts'
export type {
  NodeProgress,
  QueryProgress,
  QueryResult,
  QueryStep,
  RunOptions,
} from './query-types.ts'
export { createSecretVault, type SecretVaultOptions } from './secret-vault.ts'
export type {
  AnyRecord,
  CallOptions,
  CreateResult,
  DeleteResult,
  Filter,
  FindOptions,
  FindResult,
  FlushResult,
  Identified,
  IncompleteReason,
  IncompleteRecord,
  Kept,
  Markable,
  NodeFields,
  Plain,
  Secret,
  SecretModes,
  ShareMode,
  Stored,
  Update,
  UpdateResult,
} from './types.ts'
export {
  isVaultError,
  type NodeOutcome,
  type NodeRef,
  type Repair,
  VaultError,
  type VaultErrorCode,
  type VaultErrorFacts,
} from './vault-error.ts'
export type {
  CheckedCollectionOptions,
  Collection,
  CollectionOptions,
  OwnedOperations,
  SecretVault,
} from './vault-types.ts'
