/** What the wallet holds, one shelf at a time. */
import { type ReactElement, useState } from 'react'
import { CodeThatRan } from '../code/code-that-ran.tsx'
import { shelfCode } from '../code/wallet-code.ts'
import { Choice } from '../ui/choice.tsx'
import { AlertIcon } from '../ui/icons.tsx'
import { Problem } from '../ui/problem.tsx'
import { type Shelf, useShelf } from './wallet-queries.ts'
import type { WalletPlace } from './wallet-service.ts'

const SHELVES = [
  { value: 'keys', label: 'Keys' },
  { value: 'dids', label: 'DIDs' },
  { value: 'credentials', label: 'Credentials' },
  { value: 'sources', label: 'Trust' },
] as const

export function WalletShelves({ place, url }: { place: WalletPlace; url: string }): ReactElement {
  const [shelf, setShelf] = useState<Shelf>('keys')
  const { data, error } = useShelf(place, shelf)
  return (
    <div className="mt-6 min-w-0">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h3 className="text-sm font-semibold">In the wallet</h3>
        <Choice
          name="shelf"
          legend="What of the wallet to read"
          ways={SHELVES}
          chosen={shelf}
          onChoose={setShelf}
        />
      </div>
      <output className="block">
        {error && data && (
          <span className="mt-2 flex items-start gap-2 rounded-lg bg-bad-wash px-3 py-2 text-sm text-bad">
            <AlertIcon className="mt-0.5 shrink-0" />
            walt.id did not answer. Below is what it said last.
          </span>
        )}
      </output>
      {error && !data && <Problem error={error} title="The wallet cannot be read." />}
      <ul aria-label="In the wallet" className="mt-3 grid gap-2">
        {data?.map((item) => (
          <li key={JSON.stringify(item)} className="rounded-xl border border-line p-3">
            <dl className="grid gap-x-4 gap-y-1 text-sm sm:grid-cols-[7rem_1fr]">
              {factsOf(item).map(([name, text]) => (
                <div key={name} className="min-w-0 sm:contents">
                  <dt className="text-xs leading-5 text-muted">{name}</dt>
                  <dd className="font-mono text-xs leading-5 wrap-anywhere">{text}</dd>
                </div>
              ))}
            </dl>
          </li>
        ))}
      </ul>
      <CodeThatRan action="Read the wallet" code={shelfCode({ place, url }, shelf)} />
    </div>
  )
}

/** The fields that can be said in a word; a DID's document is left to who needs it. */
function factsOf(item: object): [name: string, text: string][] {
  return Object.entries(item)
    .filter(([, value]) => typeof value === 'string')
    .map(([name, value]) => [name, String(value)])
}
