/** The token client's latest events, in words. */
import type { ReactElement } from 'react'
import { useActivity } from '../activity.ts'
import { nameOfAudience } from '../audiences.ts'
import type { SessionView } from '../session.ts'
import { linesOf } from './event-words.ts'
import { unbroken } from '../ui/words.ts'

const SHOWN = 9
const time = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' })

export function EventLog({ session }: { session: SessionView }): ReactElement {
  const log = useActivity((activity) => activity.log)
  const nameOf = (audience: string) => nameOfAudience(audience, session)
  return (
    <section aria-labelledby="log-title" className="panel p-5">
      <div className="flex items-baseline justify-between gap-4">
        <h2 id="log-title" className="text-lg font-semibold tracking-tight">
          Event log
        </h2>
        <p className="text-xs text-muted">No event ever holds a token.</p>
      </div>
      <ol aria-label="Events, newest first" className="mt-3 text-sm">
        {log.length === 0 && <li className="text-muted">Nothing happened yet.</li>}
        {linesOf(log, nameOf)
          .slice(0, SHOWN)
          .map(({ key, at, words }) => (
            <li key={key} className="flex gap-3 border-b border-line py-1.5 last:border-0">
              <time className="shrink-0 text-muted tabular-nums">{time.format(at)}</time>
              <span className="min-w-0 break-words">{unbroken(words)}</span>
            </li>
          ))}
      </ol>
    </section>
  )
}
