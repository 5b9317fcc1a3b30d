'use client'
/** The component that gives a client to the hooks below it. */
import type { BrokerShape, TokenClient } from '@valetkey/client'
import { QueryClientContext } from '@tanstack/react-query'
import { type ReactElement, type ReactNode, useContext, useEffect } from 'react'
import { watchIdentity } from './identity-watch.ts'
import { TokenContext } from './token-context.ts'

export interface TokenProviderProps<B extends BrokerShape = BrokerShape> {
  /** Made once, outside React, by `createTokenClient`. The provider never disposes of it. */
  client: TokenClient<B>
  children?: ReactNode
}

/**
 * Gives `client` to the hooks below. Stands inside `QueryClientProvider`, so that vault data is removed
 * from the query cache when somebody else signs in, whatever is mounted at that moment.
 */
export function TokenProvider<B extends BrokerShape>({
  client,
  children,
}: TokenProviderProps<B>): ReactElement {
  const queryClient = useContext(QueryClientContext)
  useEffect(
    () => (queryClient === undefined ? undefined : watchIdentity(client, queryClient)),
    [client, queryClient],
  )
  return <TokenContext.Provider value={client}>{children}</TokenContext.Provider>
}
