/** The switch "without the SDK": the same reads in three ways, side by side. */
import { Switch } from 'radix-ui'
import type { ReactElement } from 'react'
import { useDelivery } from '../delivery.ts'
import { AlertIcon, CheckIcon } from '../ui/icons.tsx'
import { setComparing, type Tally, useComparison, WAYS, type Way } from './comparison-state.ts'

const NAMES: Readonly<Record<Way, string>> = {
  ours: 'Valet Key',
  each: 'A token for each read',
  kept: 'One token, kept',
}

/** Who teaches it. */
const NOTES: readonly { way: Way; note: string }[] = [
  { way: 'ours', note: 'One line: fetchFor(audience).' },
  {
    way: 'each',
    note: 'Asked for before every read, thrown away after it, as skyflow-node 1 does with getBearerToken on every operation.',
  },
  {
    way: 'kept',
    note: 'Asked for once and never again, as SecretVault’s first Next.js example does with tokens that a script printed into its environment.',
  },
]

const FACTS: readonly { title: string; of: (tally: Tally) => string; isBad?: keyof Tally }[] = [
  { title: 'Reads', of: ({ reads }) => String(reads) },
  { title: 'Broker requests', of: ({ brokerRequests }) => String(brokerRequests) },
  { title: '401s seen', of: ({ unauthorized }) => String(unauthorized), isBad: 'unauthorized' },
  { title: 'Failed where none is due', of: ({ failed }) => String(failed), isBad: 'failed' },
  { title: 'Longest wait', of: ({ longestMs }) => `${(longestMs / 1000).toFixed(1)} s` },
]

export function Comparison(): ReactElement {
  return (
    <section aria-labelledby="naive-title" className="min-w-0">
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2">
        <h3 id="naive-title" className="font-semibold">
          Without the SDK
        </h3>
        <ComparisonSwitch />
      </div>
      <div className="mt-2 grid grid-cols-1 items-start gap-x-8 gap-y-3 lg:grid-cols-[2fr_3fr]">
        <div className="text-sm leading-relaxed text-muted">
          <p>
            One read of each node every second, in each way, under whatever is broken above. Leave
            it on while you break things.
          </p>
          <dl className="mt-2 grid gap-1.5">
            {NOTES.map(({ way, note }) => (
              <div key={way}>
                <dt className="inline font-semibold text-ink">{NAMES[way]}: </dt>
                <dd className="inline">{note}</dd>
              </div>
            ))}
          </dl>
        </div>
        <Tallies />
      </div>
    </section>
  )
}

function ComparisonSwitch(): ReactElement {
  const { isOn } = useComparison()
  const { isForced } = useDelivery()
  return (
    <div className="flex items-center gap-2 text-sm">
      <label htmlFor="naive">
        Read in three ways{isForced && ': needs vaults that this browser can reach'}
      </label>
      <Switch.Root
        id="naive"
        checked={isOn}
        disabled={isForced}
        onCheckedChange={setComparing}
        className="h-6 w-11 shrink-0 rounded-full border border-line-strong bg-sunken p-0.5 disabled:opacity-55 data-[state=checked]:border-brass-deep data-[state=checked]:bg-brass"
      >
        <Switch.Thumb className="block size-4.5 rounded-full bg-line-strong transition-transform data-[state=checked]:translate-x-5 data-[state=checked]:bg-[#1a1300]" />
      </Switch.Root>
    </div>
  )
}

function Tallies(): ReactElement {
  const { tallies } = useComparison()
  return (
    <table className="w-full table-fixed overflow-hidden rounded-xl bg-sunken text-left text-sm tabular-nums">
      <caption className="sr-only">The same reads, made in three ways</caption>
      <thead>
        <tr>
          <th scope="col" className="px-3 py-2 sm:px-4">
            <span className="sr-only">Counted</span>
          </th>
          {WAYS.map((way) => (
            <th key={way} scope="col" className="px-2 py-2 align-bottom leading-snug font-semibold">
              {NAMES[way]}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {FACTS.map(({ title, of, isBad }) => (
          <tr key={title} className="border-t border-line">
            <th scope="row" className="px-3 py-2 leading-snug font-normal sm:px-4">
              {title}
            </th>
            {WAYS.map((way) => (
              <td key={way} data-way={way} className="px-2 py-2 text-base">
                {isBad && tallies[way].reads > 0 ? (
                  <Judged value={of(tallies[way])} isBad={tallies[way][isBad] > 0} />
                ) : (
                  of(tallies[way])
                )}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Judged({ value, isBad }: { value: string; isBad: boolean }): ReactElement {
  const Icon = isBad ? AlertIcon : CheckIcon
  return (
    <span className={`flex items-center gap-1.5 font-semibold ${isBad ? 'text-bad' : 'text-good'}`}>
      <Icon strokeWidth={3} /> {value}
    </span>
  )
}
