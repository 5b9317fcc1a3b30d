/** Query options for vault data: bound to an identity, kept nowhere else. */
import type {
  DataTag,
  DefaultError,
  QueryClient,
  QueryFunction,
  QueryFunctionContext,
  QueryKey,
  SkipToken,
  UseQueryOptions,
} from '@tanstack/react-query'
import { keepOutOfDehydrate } from './dehydration.ts'
import { retryRules } from './retry.ts'
import {
  type IdentitySource,
  outlived,
  ownedKey,
  type Owner,
  ownerOf,
  type VaultQueryKey,
} from './vault-query-key.ts'

type Ours = 'queryKey' | 'queryFn' | 'queryHash' | 'queryKeyHashFn' | 'persister'

type Kept<TQueryFnData, TError, TData, TKey extends QueryKey> = Omit<
  UseQueryOptions<TQueryFnData, TError, TData, VaultQueryKey<TKey>>,
  Ours
>

/** What `useQuery` takes. `queryFn` is required; its context holds your `queryKey`, without our prefix. */
export type VaultQueryOptions<
  TQueryFnData = unknown,
  TError = DefaultError,
  TData = TQueryFnData,
  TKey extends QueryKey = QueryKey,
  TQueryFn = QueryFunction<TQueryFnData, TKey> | SkipToken,
> = Kept<TQueryFnData, TError, TData, TKey> & { queryKey: TKey; queryFn: TQueryFn }

/**
 * What `vaultQueryOptions` returns. Written out: an inferred type would name one that only newer
 * versions of react-query have, where older ones then say `unknown`.
 */
export type VaultQueryResultOptions<
  TQueryFnData = unknown,
  TError = DefaultError,
  TData = TQueryFnData,
  TKey extends QueryKey = QueryKey,
  TQueryFn = QueryFunction<TQueryFnData, VaultQueryKey<TKey>>,
> = Kept<TQueryFnData, TError, TData, TKey> & {
  queryKey: DataTag<VaultQueryKey<TKey>, TQueryFnData, TError>
  queryFn: TQueryFn
}

type SkippableOptions<TQueryFnData, TError, TData, TKey extends QueryKey> = VaultQueryResultOptions<
  TQueryFnData,
  TError,
  TData,
  TKey,
  QueryFunction<TQueryFnData, VaultQueryKey<TKey>> | SkipToken
>

// Said aloud, since an app may have set a persister for all its queries.
const UNPERSISTED = { persister: undefined }

function boundTo<TQueryFnData, TKey extends QueryKey>(
  client: IdentitySource,
  queryKey: TKey,
  queryFn: QueryFunction<TQueryFnData, TKey>,
): QueryFunction<TQueryFnData, VaultQueryKey<TKey>> {
  return async (context) => {
    const [, owner] = context.queryKey
    const assertOwner = () => {
      if (ownerOf(client) !== owner) throw outlived()
    }
    // Older versions of react-query leave it out; there the hooks and the provider do it.
    const queryClient: QueryClient | undefined = context.client
    if (queryClient !== undefined) keepOutOfDehydrate(queryClient)
    assertOwner()
    // Inherits: a copy would read `signal`, which tells the cache that the query can be aborted.
    const own: QueryFunctionContext<TKey> = Object.create(context, {
      queryKey: { value: queryKey, enumerable: true },
    })
    const data = await queryFn(own)
    assertOwner()
    return data
  }
}

/** What was shown before stands in for what is awaited only if both are one owner's. */
function ownPlaceholder<T>(owner: Pick<Owner, 'id'>, placeholder: T): T {
  if (typeof placeholder !== 'function') return placeholder
  // A proxy has the type of what it stands for, which is out of reach of a type guard here.
  return new Proxy(placeholder, {
    apply(ask, self, [data, query]: [unknown, { queryKey: QueryKey } | undefined]) {
      return Reflect.apply(ask, self, query?.queryKey[1] === owner.id ? [data, query] : [])
    },
  })
}

type Owned<TQueryFnData, TError, TData, TKey extends QueryKey, TNoQueryFn = never> = Kept<
  TQueryFnData,
  TError,
  TData,
  TKey
> & {
  queryKey: VaultQueryKey<TKey>
  queryFn: QueryFunction<TQueryFnData, VaultQueryKey<TKey>> | TNoQueryFn
}

/**
 * `vaultQueryOptions` for an owner given as a value. A hook has to give it: React Compiler would keep
 * what it once computed from the client alone.
 */
export function optionsOwnedBy<TQueryFnData, TError, TData, TKey extends QueryKey>(
  owner: Pick<Owner, 'id'>,
  client: IdentitySource,
  options: VaultQueryOptions<TQueryFnData, TError, TData, TKey, QueryFunction<TQueryFnData, TKey>>,
): Owned<TQueryFnData, TError, TData, TKey>
export function optionsOwnedBy<TQueryFnData, TError, TData, TKey extends QueryKey>(
  owner: Pick<Owner, 'id'>,
  client: IdentitySource,
  options: VaultQueryOptions<TQueryFnData, TError, TData, TKey>,
): Owned<TQueryFnData, TError, TData, TKey, SkipToken>
export function optionsOwnedBy<TQueryFnData, TError, TData, TKey extends QueryKey>(
  owner: Pick<Owner, 'id'>,
  client: IdentitySource,
  options: VaultQueryOptions<TQueryFnData, TError, TData, TKey>,
): Owned<TQueryFnData, TError, TData, TKey, SkipToken> {
  const { queryKey, queryFn, ...rest } = options
  return {
    gcTime: 0,
    ...rest,
    ...(rest.placeholderData !== undefined && {
      placeholderData: ownPlaceholder(owner, rest.placeholderData),
    }),
    ...UNPERSISTED,
    meta: { ...rest.meta, persist: false },
    queryKey: ownedKey(owner.id, queryKey),
    queryFn: typeof queryFn === 'function' ? boundTo(client, queryKey, queryFn) : queryFn,
  }
}

/**
 * Options for `useQuery`, `useSuspenseQuery`, `queryClient.query` and their kin, for data from a vault.
 * The key names who is signed in, so call this where you use it, and not once for all. Data is gone
 * from the cache when nothing shows it (`gcTime: 0`), never goes to a `persister`, and never belongs to
 * somebody else: a call that outlives its user fails with `identity_changed`. Errors that say
 * `retryable: false` are not retried.
 *
 * @example
 * ```ts
 * vaultQueryOptions(client, {
 *   queryKey: ['card', id],
 *   queryFn: ({ signal }) => cards.get('cards', id, { signal }),
 * })
 * ```
 */
export function vaultQueryOptions<
  TQueryFnData = unknown,
  TError = DefaultError,
  TData = TQueryFnData,
  const TKey extends QueryKey = QueryKey,
>(
  client: IdentitySource,
  options: VaultQueryOptions<
    TQueryFnData,
    TError,
    TData,
    TKey,
    QueryFunction<TQueryFnData, NoInfer<TKey>>
  >,
): VaultQueryResultOptions<TQueryFnData, TError, TData, TKey>
export function vaultQueryOptions<
  TQueryFnData = unknown,
  TError = DefaultError,
  TData = TQueryFnData,
  const TKey extends QueryKey = QueryKey,
>(
  client: IdentitySource,
  options: VaultQueryOptions<TQueryFnData, TError, TData, TKey>,
): SkippableOptions<TQueryFnData, TError, TData, TKey>
export function vaultQueryOptions<TQueryFnData, TError, TData, TKey extends QueryKey>(
  client: IdentitySource,
  options: VaultQueryOptions<TQueryFnData, TError, TData, TKey>,
): object {
  return { ...optionsOwnedBy({ id: ownerOf(client) }, client, options), ...retryRules(options) }
}
