/** Skyflow from a browser: the vault client, and a `getBearerToken` for Skyflow's own SDKs. */
export { skyflowBearer, type SkyflowBearerOptions } from './skyflow-bearer.ts'
export {
  isSkyflowError,
  SkyflowError,
  type SkyflowErrorCode,
  type SkyflowErrorFacts,
} from './skyflow-error.ts'
export { createSkyflowVault } from './skyflow-vault.ts'
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
  RecordChange,
  Redaction,
  RevealedValue,
  Shown,
  SkyflowVault,
  StoredRecord,
  TableName,
  TokenToReveal,
  ValueToTokenize,
  WriteOptions,
  WrittenRecord,
} from './types.ts'
export type { SkyflowVaultOptions } from './vault-context.ts'
