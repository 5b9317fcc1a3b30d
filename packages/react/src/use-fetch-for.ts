'use client'
/** The hook that gives a `fetch` with the audience's token attached. */
import type { AudienceName, BrokerShape, FetchForOptions, TokenClient } from '@valetkey/client'
import type { RegisteredBroker } from './register.ts'
import { useTokenClient } from './use-token-client.ts'

// By client and not by component: `useMemo` may forget, and dependency arrays hold this function.
const made = new WeakMap<object, Map<string, typeof fetch>>()

function stableFetchFor<B extends BrokerShape>(
  client: TokenClient<B>,
  audience: AudienceName<B>,
  scope: string | undefined,
): typeof fetch {
  const ofClient = made.get(client) ?? new Map<string, typeof fetch>()
  made.set(client, ofClient)
  const key = JSON.stringify([audience, scope])
  const fetchFor =
    ofClient.get(key) ?? client.fetchFor(audience, scope === undefined ? {} : { scope })
  ofClient.set(key, fetchFor)
  return fetchFor
}

/**
 * `client.fetchFor(audience, options)`, the same function for ever for one client, audience and scope.
 * The token is read when a request is sent, so nothing renders again when it is renewed.
 */
export function useFetchFor<B extends BrokerShape = RegisteredBroker>(
  audience: AudienceName<B>,
  options?: FetchForOptions,
): typeof fetch {
  return stableFetchFor(useTokenClient<B>(), audience, options?.scope)
}
