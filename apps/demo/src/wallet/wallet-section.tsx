/** The walt.id card: a wallet, read with an API key of long life that serves everybody. */
import { type ReactElement, useMemo } from 'react'
import { WALLET_POSITION, walletIn } from '../audiences.ts'
import { useDelivery } from '../delivery.ts'
import type { SessionView, WalletView } from '../session.ts'
import { NotGranted } from '../ui/not-granted.tsx'
import { SystemHeader } from '../ui/system-header.tsx'
import { TokenState } from '../ui/token-state.tsx'
import { ApiKeyFacts } from './api-key-facts.tsx'
import { WalletShelves } from './wallet-shelves.tsx'

export function WalletSection({ session }: { session: SessionView }): ReactElement {
  const { wallet } = session
  const { shyDelivery } = useDelivery()
  return (
    <section
      aria-labelledby="wallet-title"
      data-node={WALLET_POSITION}
      className="panel min-w-0 p-5"
    >
      <SystemHeader
        id="wallet-title"
        title="A wallet in walt.id"
        position={WALLET_POSITION}
        isDown={wallet.isDown}
        role={wallet.isGranted ? 'Your role: see the wallet' : undefined}
      />
      {wallet.isGranted ? (
        <Granted wallet={wallet} />
      ) : (
        <NotGranted system="walt.id" audience={walletIn(shyDelivery)} />
      )}
    </section>
  )
}

function Granted({ wallet: view }: { wallet: WalletView }): ReactElement {
  const { shyDelivery } = useDelivery()
  const { url, wallet, trustRegistry, lifetime } = view
  const audience = walletIn(shyDelivery)
  const place = useMemo(
    () => ({ audience, wallet, trustRegistry }),
    [audience, wallet, trustRegistry],
  )
  return (
    <>
      <p className="mt-1 max-w-xl text-sm leading-relaxed text-muted">
        An API key of walt.id is a resource that stays there. So the broker makes one that lives
        long, gives it a role, and uses it for all who have that role.
      </p>
      <TokenState audience={audience} />
      <ApiKeyFacts place={place} lifetime={lifetime} />
      <WalletShelves place={place} url={url} />
    </>
  )
}
