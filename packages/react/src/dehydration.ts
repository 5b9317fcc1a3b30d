/** Keeps vault data, which is plaintext, out of what `dehydrate` writes. */
import type { Query, QueryClient } from '@tanstack/react-query'
import { isVaultQuery } from './vault-query-key.ts'

type Rule = (query: Query) => boolean

const guarded = new WeakSet<Rule>()

/**
 * TanStack's rule (successful queries) without vault data. An app that hands `dehydrate` or a persister
 * a rule of its own puts this one, or `isVaultQuery`, into it: a rule given there replaces the defaults.
 */
export function shouldDehydrateQuery(query: Query): boolean {
  return query.state.status === 'success' && !isVaultQuery(query)
}

/** Adds `isVaultQuery` to the QueryClient's own default rule; a second time it does nothing. */
export function keepOutOfDehydrate(queryClient: QueryClient): void {
  const defaults = queryClient.getDefaultOptions()
  const own = defaults.dehydrate?.shouldDehydrateQuery
  if (own !== undefined && guarded.has(own)) return
  const rule: Rule =
    own === undefined ? shouldDehydrateQuery : (query) => !isVaultQuery(query) && own(query)
  guarded.add(rule)
  queryClient.setDefaultOptions({
    ...defaults,
    dehydrate: { ...defaults.dehydrate, shouldDehydrateQuery: rule },
  })
}
