/** The public names of `@valetkey/react/query`: query options without React, for loaders and servers too. */
export { shouldDehydrateMutation, shouldDehydrateQuery } from './dehydration.ts'
export {
  type IdentitySource,
  isVaultMutation,
  isVaultQuery,
  type VaultQueryKey,
  vaultQueryKey,
} from './vault-query-key.ts'
export {
  type VaultQueryOptions,
  vaultQueryOptions,
  type VaultQueryResultOptions,
} from './vault-query-options.ts'
