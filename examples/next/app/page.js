/** A page of the server: rendered when it is built, with fallbacks where tokens are needed. */
import { TokenGate } from '@valetkey/react'
import { Suspense } from 'react'
import { Card } from './card'
import { Holder } from './holder'
import { Issuer } from './issuer'

export default function Page() {
  return (
    <main>
      <h1>Vault data in Next</h1>
      <TokenGate audiences={['cards']} fallback={<p>The gate is closed.</p>}>
        <Card />
      </TokenGate>
      <Suspense fallback={<p>Waiting for tokens.</p>}>
        <Holder />
      </Suspense>
      <Suspense fallback={<p>Waiting for the card.</p>}>
        <Issuer />
      </Suspense>
    </main>
  )
}
