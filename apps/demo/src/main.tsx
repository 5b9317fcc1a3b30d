/** Mounts the page. */
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { TokenProvider } from '@valetkey/react'
import { TokenDevtools } from '@valetkey/react/devtools'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { whenInvited } from './bench/second-tab.ts'
import { loadSession } from './session.ts'
import { tokens } from './tokens.ts'
import './styles.css'

const root = document.getElementById('root')
if (!root) throw new Error('The page has no #root.')

createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={new QueryClient()}>
      <TokenProvider client={tokens}>
        <App />
        <TokenDevtools />
      </TokenProvider>
    </QueryClientProvider>
  </StrictMode>,
)
void whenInvited().then(loadSession)
