'use client'
/** The hook that writes vault data through TanStack Query. */
import {
  type DefaultError,
  type MutationFunction,
  MutationObserver,
  type QueryClient,
  useMutation,
  type UseMutationOptions,
  type UseMutationResult,
  useQueryClient,
} from '@tanstack/react-query'
import type { TokenClient } from '@valetkey/client'
import { useEffect, useState } from 'react'
import { currentOwner } from './identity-watch.ts'
import { retryRules } from './retry.ts'
import { useOwner } from './use-owner.ts'
import { useTokenClient } from './use-token-client.ts'
import { outlived, type Owner, ownedKey } from './vault-query-key.ts'

/** What `useMutation` takes; `mutationFn` is required. */
export type VaultMutationOptions<
  TData = unknown,
  TError = DefaultError,
  TVariables = void,
  TContext = unknown,
> = Omit<UseMutationOptions<TData, TError, TVariables, TContext>, 'mutationFn'> & {
  mutationFn: MutationFunction<TData, TVariables>
}

function mutationOwnedBy<TData, TError, TVariables, TContext>(
  owner: Owner,
  client: TokenClient,
  { mutationFn, ...options }: VaultMutationOptions<TData, TError, TVariables, TContext>,
): VaultMutationOptions<TData, TError, TVariables, TContext> & { mutationKey: readonly unknown[] } {
  const assertOwner = () => {
    if (currentOwner(client) !== owner) throw outlived()
  }
  return {
    gcTime: 0,
    networkMode: 'always',
    ...options,
    meta: { ...options.meta, persist: false },
    // The epoch comes last, so that a filter finds it by the key it was given.
    mutationKey: [...ownedKey(owner.id, options.mutationKey ?? []), owner.epoch],
    async mutationFn(...given) {
      assertOwner()
      const data = await mutationFn(...given)
      assertOwner()
      return data
    },
  }
}

/**
 * `useMutation` for vault data: the same options, the same result. It belongs to who is signed in when
 * it begins: after a change of identity it shows nothing of what was, and a call that outlives its user
 * fails with `identity_changed`. Variables and data leave the cache with the component (`gcTime: 0`),
 * and are not dehydrated. Offline it fails at once instead of keeping plaintext in a queue
 * (`networkMode: 'always'`). No retries by default; never one after an error that says `retryable: false`.
 *
 * @example
 * ```tsx
 * const { mutate, isPending } = useVaultMutation({
 *   mutationFn: (card: NewCard) => cards.insert('cards', [card]),
 *   onSuccess: () => queryClient.invalidateQueries({ queryKey: vaultQueryKey(tokens, ['cards']) }),
 * })
 * ```
 */
export function useVaultMutation<
  TData = unknown,
  TError = DefaultError,
  TVariables = void,
  TContext = unknown,
>(
  options: VaultMutationOptions<TData, TError, TVariables, TContext>,
  queryClient?: QueryClient,
): UseMutationResult<TData, TError, TVariables, TContext> {
  const client = useTokenClient()
  const cache = useQueryClient(queryClient)
  const owner = useOwner(client, cache)
  const bound = mutationOwnedBy(owner, client, options)
  const { retry = 0, retryDelay } = cache.defaultMutationOptions(bound)
  const mutation = useMutation({ ...bound, ...retryRules({ retry, retryDelay }) }, cache)
  // TanStack drops the result of another key in an effect: until then it is the former user's.
  const [shownOwner, setShownOwner] = useState(owner)
  useEffect(() => {
    if (shownOwner !== owner) queueMicrotask(() => setShownOwner(owner))
  }, [shownOwner, owner])
  if (shownOwner === owner) return mutation
  const untouched = new MutationObserver<TData, TError, TVariables, TContext>(cache, {})
  const { mutate, mutateAsync, reset } = mutation
  return { ...untouched.getCurrentResult(), mutate, mutateAsync, reset }
}
