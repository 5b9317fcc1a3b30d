'use client'
/** The hook that gives a `fetch` with the audience's token attached. */
import type { AudienceName, BrokerShape, FetchForOptions, TokenClient } from '@valetkey/client'
import { madeOnce } from './made-once.ts'
import type { RegisteredBroker } from './register.ts'
import { useTokenClient } from './use-token-client.ts'

// By client and not by component: `useMemo` may forget, and dependency arrays hold this function.
const kept = madeOnce<typeof fetch>()

function stableFetchFor<B extends BrokerShape>(
  client: TokenClient<B>,
  audience: AudienceName<B>,
  scope: string | undefined,
): typeof fetch {
  return kept(client, JSON.stringify([audience, scope]), () =>
    client.fetchFor(audience, scope === undefined ? {} : { scope }),
  )
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
