/** The one switch for all systems: does the page call the vaults, or the broker for it? */
import type { ReactElement } from 'react'
import { useActivity } from '../activity.ts'
import { chooseDelivery, useDelivery, type Way } from '../delivery.ts'
import { forgetReach } from '../reach.ts'
import { Choice } from '../ui/choice.tsx'
import { AlertIcon, ArrowIcon, LockIcon, SplitIcon } from '../ui/icons.tsx'

const WAYS = [
  { value: 'each', label: 'By system', Icon: SplitIcon },
  { value: 'direct', label: 'Direct', Icon: ArrowIcon },
  { value: 'proxied', label: 'Through the broker', Icon: LockIcon },
] as const

const WHAT: Readonly<Record<Way, string>> = {
  each: 'For SecretVault and Skyflow the page holds short-lived tokens and calls each vault itself. NexusRunDB and walt.id are called through the broker.',
  direct:
    'The page holds short-lived tokens and calls each vault itself: no detour, and the vaults see your browser.',
  proxied:
    'Tokens stay at the broker. It forwards the calls this app makes, refuses all others, and no token reaches the page.',
}

const ADVICE: Readonly<Record<Way, string>> = {
  each: 'Whether those two admit browsers (CORS) is documented nowhere, so the broker keeps their tokens unless you say otherwise.',
  direct:
    'A SecretVault token of the first generation is the whole organization. With real vaults, send it through the broker.',
  proxied: 'The recommended way for tokens of full authority, such as SecretVault’s of today.',
}

export function DeliverySwitch(): ReactElement {
  const { way, isForced } = useDelivery()
  const directCalls = useActivity((activity) => activity.directCalls)
  const proxiedCalls = useActivity((activity) => activity.proxiedCalls)

  function choose(next: Way): void {
    forgetReach()
    chooseDelivery(next)
  }

  return (
    <section aria-labelledby="delivery-title" className="panel p-5">
      <div className="grid grid-cols-1 items-center gap-x-8 gap-y-4 lg:grid-cols-[auto_1fr_auto]">
        <div className="min-w-0">
          <h2 id="delivery-title" className="text-sm font-semibold">
            How calls reach the vaults
          </h2>
          <div className="mt-2">
            <Choice
              name="delivery"
              legend="How calls reach the vaults"
              ways={WAYS}
              chosen={way}
              onChoose={choose}
            />
          </div>
        </div>
        <p className="max-w-2xl text-sm leading-relaxed">
          {WHAT[way]} <span className="text-muted">{ADVICE[way]}</span>
        </p>
        <dl className="flex gap-6 text-sm">
          <WayCount id="direct" label="Direct calls" value={directCalls} />
          <WayCount id="proxied" label="Proxied calls" value={proxiedCalls} />
        </dl>
      </div>
      <output className="block">
        {isForced && (
          <span className="mt-4 flex items-start gap-2 rounded-lg bg-brass-wash px-3 py-2 text-sm leading-relaxed">
            <AlertIcon className="mt-1 shrink-0 text-brass-deep" />
            <span>
              <strong className="font-semibold">
                This browser cannot reach the vaults’ addresses, so calls now go through the broker.
              </strong>{' '}
              Only the page’s own port is open to you, or the vaults do not admit this page’s origin
              (CORS). Choose Direct to try again.
            </span>
          </span>
        )}
      </output>
    </section>
  )
}

function WayCount({
  id,
  label,
  value,
}: {
  id: string
  label: string
  value: number
}): ReactElement {
  return (
    <div>
      <dt className="whitespace-nowrap text-muted">{label}</dt>
      <dd data-counter={id} className="text-2xl font-semibold tracking-tight tabular-nums">
        {value}
      </dd>
    </div>
  )
}
