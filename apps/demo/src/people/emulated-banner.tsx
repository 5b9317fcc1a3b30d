/** Says what is not real here, and what a real deployment must do otherwise. */
import type { ReactElement } from 'react'
import type { SessionView } from '../session.ts'
import { AlertIcon, ChevronIcon } from '../ui/icons.tsx'

export function EmulatedBanner({ session }: { session: SessionView }): ReactElement {
  const { isEmulated, patients } = session
  const isAllEmulated = isEmulated && patients.isEmulated
  return (
    <aside aria-label="About this demo" className="border-b border-line bg-brass-wash text-sm">
      <details className="group mx-auto max-w-6xl px-4 py-2 sm:px-6">
        <summary className="flex list-none items-center gap-2 text-brass-deep [&::-webkit-details-marker]:hidden">
          <AlertIcon className="shrink-0" />
          <span className="font-semibold">
            {isAllEmulated ? 'Emulated vaults, test keys.' : 'Vaults of your files, real tokens.'}
          </span>
          <span className="hidden sm:inline">Before you do this with real ones, read on</span>
          <ChevronIcon className="ml-auto shrink-0 transition-transform group-open:rotate-180" />
        </summary>
        <p className="max-w-3xl pt-2 pb-1 leading-relaxed text-ink">
          {isEmulated
            ? 'Three SecretVault nodes run inside the demo’s own process and forget everything when it stops.'
            : 'The broker signs with the key of your cluster file.'}{' '}
          {patients.isEmulated
            ? 'So does a Skyflow vault, with a service account of its own.'
            : 'Skyflow is the vault that your file names.'}{' '}
          NexusRunDB and walt.id are emulated, too: what their documents leave open is assumed, and
          can be set. A SecretVault token of this era carries the whole authority of the
          organization on its node: it names no scope, cannot be revoked, and nodes accept it up to
          five minutes past its expiry. Giving such tokens to browsers is allowed here on purpose (
          <code>allowFullAuthority</code>), so that you can watch them. A real deployment keeps them
          on the broker: choose “Through the broker” to see the same page without a token in it.
        </p>
      </details>
    </aside>
  )
}
