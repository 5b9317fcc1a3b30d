'use client'
/** One lane drawn: tokens as bars, what was done with them as marks below. */
import type { ReactElement } from 'react'
import type { Generation, Lane, Mark } from './lanes.ts'
import { isInSight, placeOf, type TimeWindow } from './timeline.ts'
import { chartInWords } from './words.ts'

const BAR = { top: 3, height: 14 }
const MARKS_TOP = 23

interface LaneChartProps {
  lane: Lane
  window: TimeWindow
}

export function LaneChart({ lane, window }: LaneChartProps): ReactElement {
  const tokens = lane.generations.filter((one) => isInSight(one.mintedAt, one.expiresAt, window))
  const marks = lane.marks.filter(({ at }) => isInSight(at, at, window))
  const now = `${placeOf(window.now, window)}%`
  return (
    <svg role="img" aria-label={chartInWords(lane, window)} className="vk-chart">
      {tokens.map((token, index) => (
        <TokenBar key={`${token.mintedAt} ${index}`} token={token} window={window} />
      ))}
      {marks.map((mark, index) => (
        <EventMark key={`${mark.at} ${index}`} mark={mark} window={window} />
      ))}
      <line className="vk-now" x1={now} x2={now} y1="0" y2="100%" />
    </svg>
  )
}

interface TokenBarProps {
  token: Generation
  window: TimeWindow
}

/** High while fresh, half as high in the soft margin, an outline from where it served no longer. */
function TokenBar({ token, window }: TokenBarProps): ReactElement {
  const { generation, mintedAt, refreshAt, expiresAt, endedAt = expiresAt } = token
  const from = placeOf(mintedAt, window)
  const span = (start: number, end: number) => {
    const x = placeOf(start, window)
    return { x: `${x}%`, width: `${Math.max(0, placeOf(end, window) - x)}%` }
  }
  const low = { y: BAR.top + BAR.height / 2, height: BAR.height / 2 }
  return (
    <g>
      <rect className="vk-left" {...span(endedAt, expiresAt)} {...low} />
      <rect className="vk-soft" {...span(refreshAt, Math.max(refreshAt, endedAt))} {...low} />
      <rect
        className="vk-fresh"
        {...span(mintedAt, Math.min(refreshAt, endedAt))}
        y={BAR.top}
        height={BAR.height}
      />
      <text className="vk-generation" x={`${from}%`} dx="4" y={BAR.top + 11}>
        {generation}
      </text>
    </g>
  )
}

interface EventMarkProps {
  mark: Mark
  window: TimeWindow
}

/** Each kind has a shape of its own, so that none is told by its colour alone. */
export const SHAPES = {
  request: 'M0 0v10M-3 0h6',
  call: 'M0 3v7',
  failure: 'M-4 0l8 9M4 0l-8 9',
  refusal: 'M-4 9l4 -8l4 8z',
} as const

function EventMark({ mark: { kind, at }, window }: EventMarkProps): ReactElement {
  return (
    <svg x={`${placeOf(at, window)}%`} y={MARKS_TOP} overflow="visible">
      <path className={`vk-mark vk-${kind}`} d={SHAPES[kind]} />
    </svg>
  )
}
