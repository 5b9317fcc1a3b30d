/** The token client's latest events, in words. */
import type { TokenEvent } from '@valetkey/client'
import type { ReactElement } from 'react'
import { useActivity } from '../activity.ts'
import type { NodeView } from '../session.ts'
import { eventInWords } from './event-words.ts'

const SHOWN = 40
const time = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' })

export function EventLog({ nodes }: { nodes: readonly NodeView[] }): ReactElement {
  const log = useActivity((activity) => activity.log)
  const nameOf = (audience: string) => {
    const position = nodes.findIndex((node) => node.audience === audience)
    return position === -1 ? audience : `Node ${position + 1}`
  }
  return (
    <section aria-labelledby="log-title" className="panel flex min-h-72 flex-col p-5">
      <div className="flex items-baseline justify-between gap-4">
        <h2 id="log-title" className="text-lg font-semibold tracking-tight">
          Event log
        </h2>
        <p className="text-xs text-muted">No event ever holds a token.</p>
      </div>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- keyboards must reach what scrolls */}
      <ol
        tabIndex={0}
        aria-label="Events, newest first"
        className="mt-3 h-0 min-h-56 grow overflow-y-auto text-sm"
      >
        {log.length === 0 && <li className="text-muted">Nothing happened yet.</li>}
        {log.slice(0, SHOWN).map((event) => (
          <li key={keyOf(event)} className="flex gap-3 border-b border-line py-1.5 last:border-0">
            <time className="shrink-0 text-muted tabular-nums">{time.format(event.at)}</time>
            <span className="min-w-0 break-words">{eventInWords(event, nameOf)}</span>
          </li>
        ))}
      </ol>
    </section>
  )
}

function keyOf(event: TokenEvent): string {
  const audience = 'audience' in event ? event.audience : ''
  const generation = 'generation' in event ? event.generation : ''
  return `${event.at} ${event.type} ${audience} ${generation}`
}
