'use client'
/** The client the devtools watch: the one given, else the provider's. */
import type { TokenClient } from '@valetkey/client'
import type { ReactElement, ReactNode } from 'react'
import { TokenContext } from '../token-context.ts'

interface GivenClientProps {
  client: TokenClient | undefined
  children: ReactNode
}

export function GivenClient({ client, children }: GivenClientProps): ReactElement {
  if (client === undefined) return <>{children}</>
  return <TokenContext.Provider value={client}>{children}</TokenContext.Provider>
}
