/** The one number that counts, live. */
import type { ReactElement } from 'react'
import { AlertIcon, CheckIcon } from '../ui/icons.tsx'
import { useScore } from './scoreboard.ts'

export function ScoreboardPanel(): ReactElement {
  const { made, failed, failedDue } = useScore()
  const Icon = failed === 0 ? CheckIcon : AlertIcon
  return (
    <section
      aria-label="Scoreboard"
      className={`rounded-xl border px-5 py-4 ${failed === 0 ? 'border-good/50 bg-good-wash' : 'border-bad/50 bg-bad-wash'}`}
    >
      <p className="text-sm font-medium">Failed calls where none is due</p>
      <p className="mt-1 flex items-center gap-3 text-3xl font-semibold tracking-tight tabular-nums">
        <Icon strokeWidth={3} className={failed === 0 ? 'text-good' : 'text-bad'} />
        <span>
          <span data-score="failed">{failed}</span> of <span data-score="made">{made}</span>
        </span>
      </p>
      <p className="mt-1 text-sm text-muted tabular-nums">
        <span data-score="due">{failedDue}</span> failed because they had to: no network, a vault
        that is down, or a broken broker with no token left.
      </p>
    </section>
  )
}
