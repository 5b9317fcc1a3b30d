/** How long the API key was asked to live, when it ends for this user, how many were made. */
import { useTokenStatus } from '@valetkey/react'
import type { ReactElement, ReactNode } from 'react'
import { useStats } from '../people/use-stats.ts'
import { RenewIcon } from '../ui/icons.tsx'
import { Problem } from '../ui/problem.tsx'
import { useAskAgain } from './wallet-queries.ts'
import type { WalletPlace } from './wallet-service.ts'

const instant = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' })

interface ApiKeyFactsProps {
  place: WalletPlace
  /** As walt.id writes it. */
  lifetime: string
}

export function ApiKeyFacts({ place, lifetime }: ApiKeyFactsProps): ReactElement {
  const { expiresAt } = useTokenStatus(place.audience)
  const keysMade = useStats()?.walletKeysForAll
  const ask = useAskAgain(place)
  return (
    <>
      <dl className="mt-4 grid gap-x-4 gap-y-3 rounded-xl border border-line bg-sunken p-3 text-sm sm:grid-cols-3">
        <Fact name="Asked to live">
          <code>{lifetime}</code>
        </Fact>
        <Fact name="Ends for you">
          {expiresAt === undefined ? '–' : instant.format(expiresAt)}
          <span className="block text-xs text-muted">with your login at the latest</span>
        </Fact>
        <Fact name="Keys made">
          <span data-counter="wallet-keys" className="tabular-nums">
            {keysMade ?? '–'}
          </span>
          <span className="block text-xs text-muted">for all logins so far</span>
        </Fact>
      </dl>
      <button
        type="button"
        className="button button-quiet mt-3"
        aria-disabled={ask.isPending}
        onClick={() => {
          if (!ask.isPending) ask.mutate()
        }}
      >
        <RenewIcon /> Forget it, ask the broker again
      </button>
      <output className="ml-3 text-sm text-muted">
        {ask.data === 0 && 'The same key again: no new one was made.'}
        {ask.data !== undefined &&
          ask.data > 0 &&
          'The old one was nearly over: a new one was made.'}
      </output>
      {ask.isError && <Problem error={ask.error} title="The broker gave no key." />}
    </>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }): ReactElement {
  return (
    <div className="min-w-0">
      <dt className="text-xs text-muted">{name}</dt>
      <dd className="font-medium">{children}</dd>
    </div>
  )
}
