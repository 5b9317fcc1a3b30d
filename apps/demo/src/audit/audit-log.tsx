/** The broker's audit log of this session: who asked for what, whether it was granted, why not, by which token. */
import { type ReactElement, useState } from 'react'
import type { AuditEntry } from '../../server/session-view.ts'
import { Choice } from '../ui/choice.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { countInWords, filtered, type OutcomeFilter } from './audit-filter.ts'
import { AuditTable } from './audit-table.tsx'
import { useAudit } from './use-audit.ts'

const OUTCOMES = [
  { value: 'all', label: 'All' },
  { value: 'granted', label: 'Granted' },
  { value: 'refused', label: 'Refused' },
] as const

const NONE: readonly AuditEntry[] = []

interface AuditLogProps {
  /** What the page calls an audience. */
  nameOf: (audience: string) => string
}

export function AuditLog({ nameOf }: AuditLogProps): ReactElement {
  const [outcome, setOutcome] = useState<OutcomeFilter>('all')
  const [text, setText] = useState('')
  const [isPaused, setPaused] = useState(false)
  const entries = useAudit(isPaused) ?? NONE
  const shown = filtered(entries, { outcome, text })
  return (
    <section aria-labelledby="audit-title" className="panel min-w-0 p-5">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
        <h2 id="audit-title" className="text-lg font-semibold tracking-tight">
          Audit log of the broker
        </h2>
        <p className="text-xs text-muted">
          The last 200 decisions about your session. A fingerprint, never a token.
        </p>
      </div>
      <div className="mt-3 flex flex-wrap items-center gap-3">
        <Choice
          name="audit-outcome"
          legend="Which decisions to show"
          ways={OUTCOMES}
          chosen={outcome}
          onChoose={setOutcome}
        />
        <label className="flex grow items-center gap-2 text-sm text-muted">
          Filter
          <input
            type="search"
            className="field min-w-24 max-w-52 py-1.5"
            autoComplete="off"
            placeholder="wallet, proxy, invalid…"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        </label>
        <span className="flex items-center gap-2">
          <button
            type="button"
            aria-pressed={isPaused}
            className="button button-quiet min-h-8 px-2.5 py-1 text-xs"
            onClick={() => setPaused(!isPaused)}
          >
            {isPaused ? 'Go on' : 'Pause'}
          </button>
          <CopyButton label="Copy as JSON" text={() => JSON.stringify(shown, null, 2)} />
        </span>
      </div>
      <p className="mt-2 text-xs text-muted">
        {countInWords({ fitting: shown.length, made: entries.length })}
      </p>
      <AuditTable
        entries={shown}
        ifNone={entries.length === 0 ? 'No decision yet.' : 'No decision fits.'}
        nameOf={nameOf}
      />
    </section>
  )
}
