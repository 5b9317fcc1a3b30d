/** The keys under which vault data lies in the query cache. */
import { type TokenClient, TokenError } from '@valetkey/client'
import type { QueryKey } from '@tanstack/react-query'

/** First element of every key of ours. */
export const VAULT_KEY = 'valetkey'

/** `['valetkey', identity, …yours]`. */
export type VaultQueryKey<K extends QueryKey = QueryKey> = readonly [typeof VAULT_KEY, string, ...K]

/** What is read of a client to build a key. Any `TokenClient` fits. */
export type IdentitySource = Pick<TokenClient, 'identity'>

/** Whose data it is. The same object until somebody else signs in, or the client is reset. */
export interface Owner {
  readonly id: string
  /** Another number for every owner, the same person after a reset included. */
  readonly epoch: number
}

/** Whose data it is, as a key names it: nobody in particular is `anonymous`. */
export const ownerOf = (client: IdentitySource): string => client.identity() ?? 'anonymous'

export function ownedKey<K extends QueryKey>(owner: string, queryKey: K): VaultQueryKey<K> {
  return [VAULT_KEY, owner, ...queryKey]
}

/** What a call meets whose user is gone. */
export const outlived = (): TokenError =>
  new TokenError('identity_changed', 'begun for somebody else than is signed in')

/**
 * The key that `vaultQueryOptions` gives to yours, for `invalidateQueries` and the like. It names who is
 * signed in, so build it when you use it.
 *
 * @example
 * ```ts
 * await queryClient.invalidateQueries({ queryKey: vaultQueryKey(client, ['card']) })
 * ```
 */
export function vaultQueryKey<const K extends QueryKey>(
  client: IdentitySource,
  queryKey: K,
): VaultQueryKey<K> {
  return ownedKey(ownerOf(client), queryKey)
}

/** True for a query that holds vault data. */
export function isVaultQuery(query: { readonly queryKey: QueryKey }): boolean {
  return query.queryKey[0] === VAULT_KEY
}

/** True for a mutation that holds vault data. */
export function isVaultMutation(mutation: {
  readonly options: { readonly mutationKey?: QueryKey | undefined }
}): boolean {
  return mutation.options.mutationKey?.[0] === VAULT_KEY
}
