/** SecretVault from a browser: records whose secret fields are stored as shares, one per node. */
export {
  type Collection,
  createSecretVault,
  type SecretVault,
  type SecretVaultOptions,
} from './secret-vault.ts'
export type {
  AnyRecord,
  CallOptions,
  CreateResult,
  DefinitionResult,
  DeleteResult,
  Filter,
  FindResult,
  IncompleteReason,
  IncompleteRecord,
  ListResult,
  NewQuery,
  NewSchema,
  Plain,
  QueryInfo,
  QueryResult,
  SchemaInfo,
  Secret,
  Stored,
  Update,
  UpdateResult,
} from './types.ts'
export {
  isVaultError,
  type NodeOutcome,
  type NodeRef,
  VaultError,
  type VaultErrorCode,
  type VaultErrorFacts,
} from './vault-error.ts'
