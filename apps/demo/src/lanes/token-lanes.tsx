/** The panel of token lanes: one per vault, with its axis and legend. */
import type { ReactElement } from 'react'
import { useActivity } from '../activity.ts'
import { vaultsIn } from '../audiences.ts'
import { useDelivery, type Way } from '../delivery.ts'
import type { SessionView } from '../session.ts'
import { NodeMark } from '../ui/node-mark.tsx'
import { seconds } from '../ui/words.ts'
import { LaneChart } from './lane-chart.tsx'
import { NOW_AT, windowOf } from './timeline.ts'

const WHERE: Readonly<Record<Way, string>> = {
  each: 'in this page, or kept by the broker',
  direct: 'in this page',
  proxied: 'kept by the broker',
}
const COLUMNS = 'sm:grid sm:grid-cols-[7.5rem_1fr] sm:items-center sm:gap-4'

export function TokenLanes({ session }: { session: SessionView }): ReactElement {
  const deliveries = useDelivery()
  const windowMs = windowOf(session.lifetimeMs)
  const lanes = useActivity((activity) => activity.lanes)
  return (
    <section aria-labelledby="lanes-title" className="panel p-5">
      <div className="flex flex-wrap items-baseline justify-between gap-x-6 gap-y-1">
        <h2 id="lanes-title" className="text-lg font-semibold tracking-tight">
          Live tokens{' '}
          <span className="text-sm font-normal text-muted">{WHERE[deliveries.way]}</span>
        </h2>
        <Legend />
      </div>
      <div className="mt-4 grid grid-cols-1 gap-3 sm:gap-1">
        {vaultsIn(deliveries, session).map(({ audience, name, position, isGranted }) => (
          <div key={audience} className={COLUMNS}>
            <p className="flex items-center gap-2 text-sm font-medium">
              <NodeMark position={position} />
              {name}
            </p>
            {isGranted ? (
              <LaneChart
                name={name}
                position={position}
                lane={lanes.get(audience)}
                windowMs={windowMs}
              />
            ) : (
              <p className="my-2 rounded-lg border border-dashed border-line-strong px-3 py-2 text-sm text-muted">
                No token: not granted to you.
              </p>
            )}
          </div>
        ))}
        <div className={COLUMNS}>
          <span />
          <Axis windowMs={windowMs} />
        </div>
      </div>
    </section>
  )
}

function Axis({ windowMs }: { windowMs: number }): ReactElement {
  return (
    <p className="relative h-5 text-xs text-muted tabular-nums" aria-hidden="true">
      <span className="absolute left-0">{seconds(windowMs * NOW_AT)} ago</span>
      <span className="absolute left-[62%] -translate-x-1/2 font-semibold text-brass-deep">
        now
      </span>
      <span className="absolute right-0">in {seconds(windowMs * (1 - NOW_AT))}</span>
    </p>
  )
}

function Legend(): ReactElement {
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1 text-xs text-muted" data-node="1">
      <LegendItem text="serving">
        <rect y="2" width="20" height="8" rx="2" className="fill-node" />
      </LegendItem>
      <LegendItem text="life left">
        <rect x=".5" y="2" width="19" height="8" rx="2" className="fill-node/12 stroke-node/45" />
      </LegendItem>
      <LegendItem text="refresh point">
        <path d="M10 0v12M7 .5h6" className="stroke-node" strokeWidth="1.5" />
      </LegendItem>
      <LegendItem text="vault call">
        <path d="M7 1v10m6-10v10" className="stroke-node" strokeWidth="1.5" />
      </LegendItem>
      <LegendItem text="refused">
        <path d="M6 2l8 8m0-8l-8 8" className="stroke-bad" strokeWidth="2" />
      </LegendItem>
    </ul>
  )
}

function LegendItem({ text, children }: { text: string; children: ReactElement }): ReactElement {
  return (
    <li className="flex items-center gap-1.5">
      <svg width="20" height="12" aria-hidden="true">
        {children}
      </svg>
      {text}
    </li>
  )
}
