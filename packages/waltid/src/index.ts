/** walt.id from a browser: the vault client. */
export type {
  ApiKeyView,
  CallOptions,
  TrustSource,
  WalletCredential,
  WalletDid,
  WalletKey,
  WaltidVault,
} from './types.ts'
export { createWaltid, type WaltidOptions } from './waltid-vault.ts'
export {
  isWaltidError,
  WaltidError,
  type WaltidErrorCode,
  type WaltidErrorFacts,
} from './waltid-error.ts'
