'use client'
/** The hook that reads vault data through TanStack Query, and suspends until it is there. */
import {
  type DefaultError,
  type QueryClient,
  type QueryFunction,
  type QueryKey,
  useQueryClient,
  useSuspenseQuery,
  type UseSuspenseQueryResult,
} from '@tanstack/react-query'
import { retryRules } from './retry.ts'
import { assertBrowser } from './server-bailout.ts'
import { useOwner } from './use-owner.ts'
import { useTokenClient } from './use-token-client.ts'
import { optionsOwnedBy, type VaultQueryOptions } from './vault-query-options.ts'

/** What `useSuspenseQuery` takes; `queryFn` is required. */
export type SuspenseVaultQueryOptions<
  TQueryFnData = unknown,
  TError = DefaultError,
  TData = TQueryFnData,
  TKey extends QueryKey = QueryKey,
> = Omit<
  VaultQueryOptions<TQueryFnData, TError, TData, TKey, QueryFunction<TQueryFnData, TKey>>,
  'enabled' | 'throwOnError' | 'placeholderData'
>

/**
 * `useSuspenseQuery` for vault data: as `useVaultQuery`, but `data` is always there. When somebody else
 * signs in, the `Suspense` above shows its fallback until their data is there. On a server nothing is
 * asked for, and the fallback is sent. TanStack keeps what was suspended for a second, so the data stays
 * that long after the component is gone.
 *
 * @throws the query's error, to the nearest error boundary, while there is no data.
 * @example
 * ```tsx
 * const { data } = useSuspenseVaultQuery({
 *   queryKey: ['card', id],
 *   queryFn: ({ signal }) => cards.get('cards', id, { signal }),
 * })
 * ```
 */
export function useSuspenseVaultQuery<
  TQueryFnData = unknown,
  TError = DefaultError,
  TData = TQueryFnData,
  const TKey extends QueryKey = QueryKey,
>(
  options: SuspenseVaultQueryOptions<TQueryFnData, TError, TData, TKey>,
  queryClient?: QueryClient,
): UseSuspenseQueryResult<TData, TError> {
  const client = useTokenClient()
  const cache = useQueryClient(queryClient)
  const owner = useOwner(client, cache)
  assertBrowser('useSuspenseVaultQuery')
  const bound = optionsOwnedBy(owner, client, options)
  return useSuspenseQuery({ ...bound, ...retryRules(cache.defaultQueryOptions(bound)) }, cache)
}
