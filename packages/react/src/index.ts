/** The public names of `@valetkey/react`. */
export type { BrokerOf, Register, RegisteredBroker } from './register.ts'
export { TokenProvider, type TokenProviderProps } from './token-provider.tsx'
export { useFetchFor } from './use-fetch-for.ts'
export { useTokenClient } from './use-token-client.ts'
export { useTokenStatus } from './use-token-status.ts'
export { useVaultQuery } from './use-vault-query.ts'
export type { VaultQueryOptions } from './vault-query-options.ts'
