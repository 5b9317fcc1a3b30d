/** Keeps vault data, which is plaintext, out of what `dehydrate` writes. */
import type { Mutation, Query, QueryClient } from '@tanstack/react-query'
import { isVaultMutation, isVaultQuery } from './vault-query-key.ts'

const guarded = new WeakSet<(query: Query) => boolean>()

/**
 * TanStack's rule (successful queries) without vault data. An app that hands `dehydrate` or a persister
 * a rule of its own puts this one, or `isVaultQuery`, into it: a rule given there replaces the defaults.
 */
export function shouldDehydrateQuery(query: Query): boolean {
  return query.state.status === 'success' && !isVaultQuery(query)
}

/** TanStack's rule (paused mutations) without those of vault data, whose variables are plaintext. */
export function shouldDehydrateMutation(mutation: Mutation): boolean {
  return mutation.state.isPaused && !isVaultMutation(mutation)
}

/** Adds to the QueryClient's own default rules that vault data stays; a second time it does nothing. */
export function keepOutOfDehydrate(queryClient: QueryClient): void {
  const defaults = queryClient.getDefaultOptions()
  const own = defaults.dehydrate?.shouldDehydrateQuery
  if (own !== undefined && guarded.has(own)) return
  const ownOfMutations = defaults.dehydrate?.shouldDehydrateMutation ?? shouldDehydrateMutation
  const rule = (query: Query) => !isVaultQuery(query) && (own ?? shouldDehydrateQuery)(query)
  guarded.add(rule)
  queryClient.setDefaultOptions({
    ...defaults,
    dehydrate: {
      ...defaults.dehydrate,
      shouldDehydrateQuery: rule,
      shouldDehydrateMutation: (one) => !isVaultMutation(one) && ownOfMutations(one),
    },
  })
}
