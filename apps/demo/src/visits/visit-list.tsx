/** The keys there are, by prefix: one opens to be read or deleted. */
import { type ReactElement, useState } from 'react'
import { CodeThatRan } from '../code/code-that-ran.tsx'
import { listVisitsCode } from '../code/visit-code.ts'
import { AlertIcon } from '../ui/icons.tsx'
import { Problem } from '../ui/problem.tsx'
import { OpenVisit } from './open-visit.tsx'
import type { VisitsPlace } from './visit-database.ts'
import { useVisitKeys } from './visit-queries.ts'

interface VisitListProps {
  place: VisitsPlace
  url: string
  openKey: string | undefined
  onOpen: (key: string | undefined) => void
}

export function VisitList({ place, url, openKey, onOpen }: VisitListProps): ReactElement {
  const [prefix, setPrefix] = useState('')
  const { data, error } = useVisitKeys(place, prefix)
  return (
    <div className="mt-6 min-w-0">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h3 className="text-sm font-semibold">Keys</h3>
        <label className="flex items-center gap-2 text-sm text-muted">
          Beginning with
          <input
            className="field w-32 py-1.5"
            autoComplete="off"
            maxLength={60}
            value={prefix}
            onChange={(event) => setPrefix(event.target.value)}
          />
        </label>
      </div>
      <output className="block">
        {error && data && (
          <span className="mt-2 flex items-start gap-2 rounded-lg bg-bad-wash px-3 py-2 text-sm text-bad">
            <AlertIcon className="mt-0.5 shrink-0" />
            NexusRunDB did not answer. Below is what it said last.
          </span>
        )}
      </output>
      {error && !data && <Problem error={error} title="The keys cannot be listed." />}
      {data?.keys.length === 0 && (
        <p className="mt-3 rounded-xl border border-dashed border-line-strong p-4 text-center text-sm text-muted">
          {prefix === '' ? 'No visit yet.' : 'No key begins so.'}
        </p>
      )}
      <ul aria-label="Keys of visits" className="mt-3 flex flex-wrap gap-2">
        {data?.keys.map((key) => (
          <li key={key} className="min-w-0">
            <button
              type="button"
              aria-pressed={key === openKey}
              className="max-w-full min-h-8 rounded-lg border border-line-strong px-2.5 py-1 font-mono text-xs wrap-anywhere aria-pressed:border-brass-deep aria-pressed:bg-brass-wash"
              onClick={() => onOpen(key === openKey ? undefined : key)}
            >
              {key}
            </button>
          </li>
        ))}
      </ul>
      {openKey !== undefined && (
        <OpenVisit
          key={openKey}
          place={place}
          url={url}
          visitKey={openKey}
          onDeleted={() => onOpen(undefined)}
        />
      )}
      <CodeThatRan action="List keys" code={listVisitsCode({ place, url }, prefix)} />
    </div>
  )
}
