'use client'
/** The providers, which hold what must not cross from server to browser. */
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { TokenProvider } from '@valetkey/react'
import { TokenDevtools } from '@valetkey/react/devtools'
import { useState } from 'react'
import { tokens } from './tokens'

export function Providers({ children }) {
  // On a server each request must have its own.
  const [queries] = useState(() => new QueryClient())
  return (
    <QueryClientProvider client={queries}>
      <TokenProvider client={tokens}>
        {children}
        <TokenDevtools />
      </TokenProvider>
    </QueryClientProvider>
  )
}
