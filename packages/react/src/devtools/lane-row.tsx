'use client'
/** One audience: how it stands, its chart, its tokens one by one. */
import type { ReactElement } from 'react'
import { Claims } from './claims.tsx'
import { LaneChart } from './lane-chart.tsx'
import type { Lane } from './lanes.ts'
import type { TimeWindow } from './timeline.ts'
import { endOf, generationInWords, statusInWords } from './words.ts'

interface LaneRowProps {
  lane: Lane
  window: TimeWindow
}

export function LaneRow({ lane, window }: LaneRowProps): ReactElement {
  const { audience, status, generations } = lane
  return (
    <li className="vk-lane">
      <p className="vk-lane-head">
        <strong>{audience}</strong>{' '}
        <span className={`vk-word vk-${status.status}`}>{status.status}</span>{' '}
        <span className="vk-quiet">{statusInWords(status, window.now)}</span>
      </p>
      {status.members === undefined && <LaneChart lane={lane} window={window} />}
      {generations.length > 0 && (
        <details>
          <summary>Tokens of {audience}</summary>
          <Generations lane={lane} now={window.now} />
          {status.members === undefined && (
            // Anew for each token, so that none shows the claims of another.
            <Claims key={status.generation} audience={audience} />
          )}
        </details>
      )}
    </li>
  )
}

interface GenerationsProps {
  lane: Lane
  now: number
}

/** Lines, since a table would be wider than a phone. */
function Generations({ lane, now }: GenerationsProps): ReactElement {
  return (
    <ol className="vk-tokens">
      {lane.generations.toReversed().map((one, index) => (
        <li key={lane.generations.length - index}>
          <strong>{one.generation}</strong> {endOf(one, now)}{' '}
          <span className="vk-quiet">{generationInWords(one)}</span>
        </li>
      ))}
    </ol>
  )
}
