/** Skyflow from a browser: the vault client, and a `getBearerToken` for Skyflow's own SDKs. */
export {
  createDataTokenSigner,
  type DataTokenSignerOptions,
  type SignDataTokens,
  type SignOptions,
} from './signed-data-tokens.ts'
export { skyflowBearer, type SkyflowBearerOptions } from './skyflow-bearer.ts'
export {
  isSkyflowError,
  SkyflowError,
  type SkyflowErrorCode,
  type SkyflowErrorFacts,
} from './skyflow-error.ts'
export type {
  BatchOperation,
  BatchResult,
  FilePlace,
  FileUpload,
  QueriedRow,
  QueryOptions,
  UploadedFile,
  UploadOptions,
} from './bulk-types.ts'
export { insertedId } from './operations/batch.ts'
export { createSkyflowSdk, type SkyflowSdk, type SkyflowSdkOptions } from './skyflow-sdk.ts'
export { type CheckedVault, createSkyflowVault, type TablesOption } from './skyflow-vault.ts'
export type { InputOf, OutputOf, StandardSchema, TableSchemas } from './standard-schema.ts'
export type {
  AnyFields,
  AnyTables,
  CallOptions,
  ColumnSelection,
  ContinueOnError,
  DetokenizeOptions,
  GetOptions,
  InsertOptions,
  ListOptions,
  Outcome,
  OwnTokens,
  PagingOptions,
  RecordChange,
  Redaction,
  RevealedValue,
  Shown,
  StoredRecord,
  TableName,
  TokenToReveal,
  UpdateOptions,
  ValueToTokenize,
  WriteOptions,
  WrittenAs,
  WrittenRecord,
} from './types.ts'
export type { SkyflowVaultOptions } from './vault-context.ts'
export type { SkyflowVault } from './vault-types.ts'
