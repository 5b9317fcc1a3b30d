/** Removes vault data from a query cache when somebody else signs in. */
import type { TokenClient } from '@valetkey/client'
import type { QueryClient } from '@tanstack/react-query'
import { keepOutOfDehydrate } from './dehydration.ts'
import { type Owner, ownerOf, VAULT_KEY } from './vault-query-key.ts'

interface Watch {
  holders: number
  stop: () => void
}

const watches = new WeakMap<object, Map<QueryClient, Watch>>()

const owners = new WeakMap<object, Owner>()
let epochs = 0

/** A snapshot for `useSyncExternalStore`. */
export function currentOwner(client: TokenClient): Owner {
  const id = ownerOf(client)
  const known = owners.get(client)
  if (known?.id === id) return known
  epochs += 1
  const next = { id, epoch: epochs }
  owners.set(client, next)
  return next
}

function forgetVaultData(client: TokenClient, queryClient: QueryClient): void {
  const cache = queryClient.getQueryCache()
  const owner = ownerOf(client)
  owners.delete(client)
  for (const query of cache.findAll({ queryKey: [VAULT_KEY] })) {
    // What a component shows under the very same key starts anew, below. Everything else goes; a
    // component that still shows it is told by `reset` and asks again under the new key.
    if (query.getObserversCount() > 0 && query.queryKey[1] === owner) continue
    query.reset()
    cache.remove(query)
  }
  void queryClient.resetQueries({ queryKey: [VAULT_KEY] })
  const mutations = queryClient.getMutationCache()
  for (const one of mutations.findAll({ mutationKey: [VAULT_KEY] })) mutations.remove(one)
}

/** Watches while held; many holders of one pair share one listener. Returns the release. */
export function watchIdentity(client: TokenClient, queryClient: QueryClient): () => void {
  keepOutOfDehydrate(queryClient)
  const ofClient = watches.get(client) ?? new Map<QueryClient, Watch>()
  watches.set(client, ofClient)
  const watch = ofClient.get(queryClient) ?? {
    holders: 0,
    stop: client.on('identity-changed', () => forgetVaultData(client, queryClient)),
  }
  ofClient.set(queryClient, watch)
  watch.holders += 1
  return () => {
    watch.holders -= 1
    if (watch.holders > 0) return
    watch.stop()
    ofClient.delete(queryClient)
  }
}
