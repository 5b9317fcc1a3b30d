'use client'
/** The client's events, the latest first. */
import type { TokenEvent } from '@valetkey/client'
import type { ReactElement } from 'react'
import { factsInWords, timeOfDay } from './words.ts'

const MOST_SHOWN = 200

export function EventList({ events }: { events: readonly TokenEvent[] }): ReactElement {
  const shown = events.slice(-MOST_SHOWN).toReversed()
  return (
    <ol className="vk-events" aria-label="Events">
      {shown.map((event, index) => (
        <li key={events.length - index}>
          <time>{timeOfDay(event.at)}</time> <strong>{event.type}</strong>{' '}
          <span className="vk-quiet">{factsInWords(event)}</span>
        </li>
      ))}
    </ol>
  )
}
