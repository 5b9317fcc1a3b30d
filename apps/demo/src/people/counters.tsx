/** What happened so far, in four numbers. */
import type { ReactElement } from 'react'
import { useActivity } from '../activity.ts'
import { useUnauthorizedSeen } from '../app-calls.ts'
import { useStats } from './use-stats.ts'

export function Counters(): ReactElement {
  const received = useActivity(({ tokensReceived }) => tokensReceived)
  const served = useActivity(({ callsServed }) => callsServed)
  const refusals = useActivity((activity) => activity.refusals)
  const requests = useActivity(({ brokerRequests }) => brokerRequests)
  const unauthorized = useUnauthorizedSeen()
  const minted = useStats()?.mintedForAll

  return (
    <dl className="grid grid-cols-2 gap-3 lg:grid-cols-4">
      <Counter
        id="minted"
        label="Tokens minted"
        value={minted ?? 0}
        note={`for everybody; ${received} handed to this page`}
      />
      <Counter
        id="served"
        label="Vault calls served"
        value={served}
        note="answered, by whichever way"
      />
      <Counter
        id="unauthorized"
        label="401s seen by the app"
        value={unauthorized}
        note={refusals === 0 ? 'no vault refused a token' : `${refusals} refused, then replayed`}
      />
      <Counter
        id="requests"
        label="Broker requests"
        value={requests}
        note="each for every token that was due"
      />
    </dl>
  )
}

interface CounterProps {
  id: string
  label: string
  value: number
  note: string
}

function Counter({ id, label, value, note }: CounterProps): ReactElement {
  return (
    <div className="panel px-4 py-3">
      <dt className="text-sm text-muted">{label}</dt>
      <dd data-counter={id} className="mt-0.5 text-3xl font-semibold tracking-tight tabular-nums">
        {value}
      </dd>
      <dd className="mt-0.5 text-xs text-muted">{note}</dd>
    </div>
  )
}
