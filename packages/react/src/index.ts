/** The public names of `@valetkey/react`. */
export type { BrokerOf, Register, RegisteredBroker } from './register.ts'
export { TokenGate, type TokenGateProps } from './token-gate.tsx'
export { TokenProvider, type TokenProviderProps } from './token-provider.tsx'
export { useFetchFor } from './use-fetch-for.ts'
export { useSuspenseTokens } from './use-suspense-tokens.ts'
export {
  type SuspenseVaultQueryOptions,
  useSuspenseVaultQuery,
} from './use-suspense-vault-query.ts'
export { useTokenClient } from './use-token-client.ts'
export { type TokenEventOf, useTokenEvent } from './use-token-event.ts'
export { useTokenStatus } from './use-token-status.ts'
export { useVaultMutation, type VaultMutationOptions } from './use-vault-mutation.ts'
export { useVaultQuery } from './use-vault-query.ts'
export type { VaultQueryOptions } from './vault-query-options.ts'
