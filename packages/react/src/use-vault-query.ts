'use client'
/** The hook that reads vault data through TanStack Query. */
import {
  type DefaultError,
  type QueryClient,
  type QueryKey,
  useQuery,
  useQueryClient,
  type UseQueryResult,
} from '@tanstack/react-query'
import { retryRules } from './retry.ts'
import { useOwner } from './use-owner.ts'
import { useTokenClient } from './use-token-client.ts'
import { optionsOwnedBy, type VaultQueryOptions } from './vault-query-options.ts'

/**
 * `useQuery` for vault data: the same options, the same result. Keys are private to who is signed in;
 * when that changes, the data is wiped and asked for again. See `vaultQueryOptions` for the defaults.
 *
 * @example
 * ```tsx
 * const { data } = useVaultQuery({
 *   queryKey: ['card', id],
 *   queryFn: ({ signal }) => cards.get('cards', id, { signal }),
 * })
 * ```
 */
export function useVaultQuery<
  TQueryFnData = unknown,
  TError = DefaultError,
  TData = TQueryFnData,
  const TKey extends QueryKey = QueryKey,
>(
  options: VaultQueryOptions<TQueryFnData, TError, TData, TKey>,
  queryClient?: QueryClient,
): UseQueryResult<TData, TError> {
  const client = useTokenClient()
  const cache = useQueryClient(queryClient)
  const owner = useOwner(client, cache)
  const bound = optionsOwnedBy(owner, client, options)
  return useQuery({ ...bound, ...retryRules(cache.defaultQueryOptions(bound)) }, cache)
}
