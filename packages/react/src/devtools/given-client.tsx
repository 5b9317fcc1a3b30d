'use client'
/** The client the devtools watch: the one given, else the provider's. */
import type { BrokerShape, TokenClient } from '@valetkey/client'
import type { ReactElement, ReactNode } from 'react'
import { TokenContext } from '../token-context.ts'

interface GivenClientProps<B extends BrokerShape> {
  client: TokenClient<B> | undefined
  children: ReactNode
}

export function GivenClient<B extends BrokerShape>({
  client,
  children,
}: GivenClientProps<B>): ReactElement {
  if (client === undefined) return <>{children}</>
  return <TokenContext.Provider value={client}>{children}</TokenContext.Provider>
}
