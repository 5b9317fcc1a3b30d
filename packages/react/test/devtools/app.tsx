/** An app with the devtools in it, to be bundled. */
import { createTokenClient } from '@valetkey/client'
import { TokenProvider } from '@valetkey/react'
import { TokenDevtools, tokenDevtoolsPlugin } from '@valetkey/react/devtools'
import { createRoot } from 'react-dom/client'

const client = createTokenClient('/api/broker')
createRoot(document.body).render(
  <TokenProvider client={client}>
    <p>app</p>
    <TokenDevtools />
    {tokenDevtoolsPlugin().render}
  </TokenProvider>,
)
