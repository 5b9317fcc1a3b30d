'use client'
/** The panel: lanes, events, a filter, a copy. */
import type { BrokerShape } from '@valetkey/client'
import { type ReactElement, useId, useState } from 'react'
import { useTokenClient } from '../use-token-client.ts'
import { CopyButton } from './copy-button.tsx'
import { EventList } from './event-list.tsx'
import { GivenClient } from './given-client.tsx'
import { LaneRow } from './lane-row.tsx'
import { Legend } from './legend.tsx'
import { reportOf } from './report.ts'
import { STYLE } from './style.ts'
import { fittingWidthMs, windowAround } from './timeline.ts'
import type { TokenDevtoolsPanelProps } from './types.ts'
import { useMounted } from './use-mounted.ts'
import { useNow, useRecording } from './use-recording.ts'
import { mentions } from './words.ts'

const WIDTHS = [
  ['to fit', undefined],
  ['1 minute', 60_000],
  ['5 minutes', 300_000],
  ['1 hour', 3_600_000],
  ['1 day', 86_400_000],
] as const

/**
 * What a client does, for those who develop with it: a lane for each audience with its tokens, their soft
 * margins and ends, requests and calls; the events; all of it as JSON. It shows what the client says about
 * tokens. By itself it asks for nothing, keeps nothing fresh and reads no token; a button reads one for its
 * claims, without the signature. Only where the export condition `development` is set; elsewhere it renders nothing.
 */
export function TokenDevtoolsPanel<B extends BrokerShape>({
  client,
  ...props
}: TokenDevtoolsPanelProps<B>): ReactElement | null {
  const isMounted = useMounted()
  if (!isMounted) return null
  return (
    <GivenClient client={client}>
      <Panel {...props} />
    </GivenClient>
  )
}

type PanelProps = Omit<TokenDevtoolsPanelProps, 'client'>

function Panel({ theme = 'system', nonce, now: clock = Date.now }: PanelProps): ReactElement {
  const recording = useRecording(useTokenClient())
  const now = useNow(clock, recording)
  const [filter, setFilter] = useState('')
  const [widthMs, setWidthMs] = useState<number>()
  const { lanes, events } = recording
  const named = lanes.filter(({ audience }) => audience.includes(filter))
  // A filter that names no audience is about the events alone.
  const shownLanes = named.length > 0 ? named : lanes
  const window = windowAround(now, widthMs ?? fittingWidthMs(shownLanes))
  return (
    <section className="vk-devtools" data-theme={theme} aria-label="Tokens">
      <style nonce={nonce}>{STYLE}</style>
      <div className="vk-bar">
        <Filter filter={filter} onFilter={setFilter} />
        <Width widthMs={widthMs} onWidth={setWidthMs} />
        <CopyButton text={() => reportOf(recording, now)} />
      </div>
      {lanes.length === 0 ? (
        <p>No token has been asked for yet.</p>
      ) : (
        <ul className="vk-lanes">
          {shownLanes.map((lane) => (
            <LaneRow key={lane.audience} lane={lane} window={window} />
          ))}
        </ul>
      )}
      <Legend />
      <EventList events={events.filter((event) => mentions(event, filter))} />
    </section>
  )
}

interface FilterProps {
  filter: string
  onFilter: (filter: string) => void
}

function Filter({ filter, onFilter }: FilterProps): ReactElement {
  const id = useId()
  return (
    <span>
      <label htmlFor={id}>Filter</label>{' '}
      <input
        id={id}
        type="search"
        placeholder="audience or event"
        value={filter}
        onChange={(event) => onFilter(event.currentTarget.value)}
      />
    </span>
  )
}

interface WidthProps {
  widthMs: number | undefined
  onWidth: (widthMs: number | undefined) => void
}

function Width({ widthMs, onWidth }: WidthProps): ReactElement {
  const id = useId()
  return (
    <span>
      <label htmlFor={id}>Time shown</label>{' '}
      <select
        id={id}
        value={widthMs ?? ''}
        onChange={({ currentTarget: { value } }) => onWidth(value ? Number(value) : undefined)}
      >
        {WIDTHS.map(([text, value]) => (
          <option key={text} value={value ?? ''}>
            {text}
          </option>
        ))}
      </select>
    </span>
  )
}
