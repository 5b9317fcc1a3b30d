/** The switch "without the SDK": the same reads in three ways, side by side. */
import { Switch } from 'radix-ui'
import type { ReactElement } from 'react'
import { useDelivery } from '../delivery.ts'
import { AlertIcon, CheckIcon } from '../ui/icons.tsx'
import { setComparing, type Tally, useComparison, WAYS, type Way } from './comparison-state.ts'

const NAMES: Readonly<Record<Way, { name: string; note: string }>> = {
  ours: { name: 'Valet Key', note: 'fetchFor(audience)' },
  each: {
    name: 'A token for each read',
    note: 'as skyflow-node 1 asks for one on every operation',
  },
  kept: {
    name: 'One token, kept',
    note: 'as SecretVault’s first example reads it from its environment',
  },
}

const COLUMNS: readonly { title: string; of: (tally: Tally) => string; isBad?: keyof Tally }[] = [
  { title: 'Reads', of: ({ reads }) => String(reads) },
  { title: 'Broker requests', of: ({ brokerRequests }) => String(brokerRequests) },
  { title: '401s seen', of: ({ unauthorized }) => String(unauthorized), isBad: 'unauthorized' },
  { title: 'Failed, none due', of: ({ failed }) => String(failed), isBad: 'failed' },
  { title: 'Longest wait', of: ({ longestMs }) => `${(longestMs / 1000).toFixed(1)} s` },
]

export function Comparison(): ReactElement {
  const { isOn, tallies } = useComparison()
  const { isForced } = useDelivery()
  return (
    <section aria-labelledby="naive-title" className="min-w-0">
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2">
        <h3 id="naive-title" className="font-semibold">
          Without the SDK
        </h3>
        <div className="flex items-center gap-2 text-sm">
          <label htmlFor="naive">Read in three ways</label>
          <Switch.Root
            id="naive"
            checked={isOn}
            disabled={isForced}
            onCheckedChange={setComparing}
            className="h-6 w-11 rounded-full border border-line-strong bg-sunken p-0.5 disabled:opacity-55 data-[state=checked]:border-brass-deep data-[state=checked]:bg-brass"
          >
            <Switch.Thumb className="block size-4.5 rounded-full bg-line-strong transition-transform data-[state=checked]:translate-x-5 data-[state=checked]:bg-[#1a1300]" />
          </Switch.Root>
        </div>
      </div>
      <p className="mt-1 max-w-3xl text-sm leading-relaxed text-muted">
        One read of each node every second, in each way, under whatever is broken above. Leave it on
        while you break things.
        {isForced && ' It needs vaults that this browser can reach.'}
      </p>
      <div className="mt-3 overflow-x-auto rounded-xl border border-line">
        <table className="w-full min-w-xl text-left text-sm tabular-nums">
          <caption className="sr-only">The same reads, made in three ways</caption>
          <thead className="bg-sunken text-xs text-muted">
            <tr>
              <th scope="col" className="px-4 py-2 font-semibold">
                How
              </th>
              {COLUMNS.map(({ title }) => (
                <th key={title} scope="col" className="px-3 py-2 font-semibold">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {WAYS.map((way) => (
              <Row key={way} way={way} tally={tallies[way]} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

function Row({ way, tally }: { way: Way; tally: Tally }): ReactElement {
  const { name, note } = NAMES[way]
  return (
    <tr data-way={way} className="border-t border-line">
      <th scope="row" className="px-4 py-2.5 font-normal">
        <span className="block font-semibold">{name}</span>
        <span className="block text-xs text-muted">{note}</span>
      </th>
      {COLUMNS.map(({ title, of, isBad }) => (
        <td key={title} className="px-3 py-2.5">
          {isBad && tally.reads > 0 ? (
            <Judged value={of(tally)} isBad={tally[isBad] > 0} />
          ) : (
            <span className="text-base">{of(tally)}</span>
          )}
        </td>
      ))}
    </tr>
  )
}

function Judged({ value, isBad }: { value: string; isBad: boolean }): ReactElement {
  const Icon = isBad ? AlertIcon : CheckIcon
  return (
    <span
      className={`flex items-center gap-1.5 text-base font-semibold ${isBad ? 'text-bad' : 'text-good'}`}
    >
      <Icon strokeWidth={3} /> {value}
    </span>
  )
}
