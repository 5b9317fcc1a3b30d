'use client'
/** The hook that hands out the provider's client. */
import type { BrokerShape, TokenClient } from '@valetkey/client'
import { useContext } from 'react'
import type { RegisteredBroker } from './register.ts'
import { TokenContext } from './token-context.ts'

/**
 * The client given to the nearest `TokenProvider`.
 *
 * @throws {Error} when there is no provider above, or the package is loaded twice.
 */
export function useTokenClient<B extends BrokerShape = RegisteredBroker>(): TokenClient<B> {
  const client = useContext(TokenContext)
  if (client === undefined)
    throw new Error(
      'No TokenClient found. Wrap this component in <TokenProvider client={…}>; if it is wrapped, two copies of @valetkey/react are loaded (see `npm ls @valetkey/react`).',
    )
  // A context has one type for all apps; `B` says which client this app gave its provider.
  return client as TokenClient<B>
}
