/** One token's lane: generations as bars on a strip of time that moves under the now-line. */
import { memo, type ReactElement, useCallback, useId, useRef } from 'react'
import type { Lane } from '../activity-state.ts'
import { useFrame } from '../ui/use-frame.ts'
import { useWidth } from '../ui/use-width.ts'
import { type Bar, barsOf, endOutOfSight, laneInWords, NOW_AT, ticksOf } from './timeline.ts'

const HEIGHT = 62
const BAR_HEIGHT = 17
const LEVEL_TOP = [5, 25] as const
const TICK_TOP = 47
const TICK_HEIGHT = 9
const LABEL_WIDTH = 22
/** Drawn times count from here: epoch milliseconds are too large for the renderer's floats. */
const ORIGIN = Date.now()
const NO_LANE: Lane = { generations: [], ticks: [] }

interface LaneChartProps {
  name: string
  position: number
  lane: Lane | undefined
  windowMs: number
}

export function LaneChart({ name, position, lane, windowMs }: LaneChartProps): ReactElement {
  const [frame, width] = useWidth<HTMLDivElement>()
  const past = useRef<SVGGElement>(null)
  const whole = useRef<SVGGElement>(null)
  const end = useRef<SVGTextElement>(null)
  const clip = useId()
  const pixelsPerMs = width / windowMs
  const nowX = width * NOW_AT

  const shown = lane ?? NO_LANE
  const paint = useCallback(
    (now: number) => {
      if (end.current) end.current.textContent = endOutOfSight(shown, { now, windowMs }) ?? ''
      const shift = `translate(${(nowX - (now - ORIGIN) * pixelsPerMs).toFixed(2)} 0)`
      past.current?.setAttribute('transform', shift)
      whole.current?.setAttribute('transform', shift)
    },
    [nowX, pixelsPerMs, shown, windowMs],
  )
  useFrame(paint, frame)

  return (
    <div ref={frame} className="min-w-0 overflow-hidden" data-node={position}>
      <svg width={width} height={HEIGHT} role="img" aria-label={laneInWords(name, lane)}>
        <clipPath id={clip}>
          <rect width={nowX} height={HEIGHT} />
        </clipPath>
        <line x2={width} y1={44.5} y2={44.5} className="stroke-line" />
        <g ref={whole}>
          <Bars bars={barsOf(shown, windowMs)} pixelsPerMs={pixelsPerMs} isPast={false} />
        </g>
        <g clipPath={`url(#${clip})`}>
          <g ref={past}>
            <Bars bars={barsOf(shown, windowMs)} pixelsPerMs={pixelsPerMs} isPast />
            <Ticks ticks={ticksOf(shown, windowMs)} pixelsPerMs={pixelsPerMs} />
          </g>
        </g>
        <text
          ref={end}
          x={width - 8}
          y={LEVEL_TOP[levelOf(shown)] + 12.5}
          textAnchor="end"
          className="fill-node text-[11px] font-semibold tabular-nums"
        />
        <line x1={nowX} x2={nowX} y2={HEIGHT} className="stroke-brass-deep" strokeWidth={1.5} />
      </svg>
    </div>
  )
}

/** Where the latest token is drawn. */
function levelOf({ generations }: Lane): Bar['level'] {
  return (generations.at(-1)?.generation ?? 0) % 2 === 0 ? 1 : 0
}

interface BarsProps {
  bars: Bar[]
  pixelsPerMs: number
  /** The part up to now is drawn solid, the whole life pale. */
  isPast: boolean
}

const Bars = memo(function Bars({ bars, pixelsPerMs, isPast }: BarsProps): ReactElement {
  const xOf = (at: number) => (at - ORIGIN) * pixelsPerMs
  return (
    <>
      {bars.map((bar) => {
        const end = isPast ? bar.usedUntil : bar.expiresAt
        const width = Math.max((end - bar.mintedAt) * pixelsPerMs, 1)
        const top = LEVEL_TOP[bar.level]
        const notch = xOf(bar.refreshAt)
        return (
          <g key={bar.generation}>
            <rect
              x={xOf(bar.mintedAt)}
              y={top}
              width={width}
              height={BAR_HEIGHT}
              rx={4}
              className={isPast ? 'fill-node' : 'fill-node/12 stroke-node/45'}
            />
            {!isPast && (
              <path
                d={`M${notch} ${top - 3}v${BAR_HEIGHT + 6}M${notch - 3} ${top - 3}h6`}
                className="fill-none stroke-node"
                strokeWidth={1.5}
              />
            )}
            {width > LABEL_WIDTH && (
              <text
                x={xOf(bar.mintedAt) + 7}
                y={top + 12.5}
                className={`text-[11px] font-semibold ${isPast ? 'fill-surface' : 'fill-node'}`}
              >
                {bar.generation}
              </text>
            )}
          </g>
        )
      })}
    </>
  )
})

const Ticks = memo(function Ticks({
  ticks,
  pixelsPerMs,
}: {
  ticks: Lane['ticks']
  pixelsPerMs: number
}): ReactElement {
  return (
    <>
      {ticks.map(({ at, status }, index) => {
        const x = (at - ORIGIN) * pixelsPerMs
        return status < 400 ? (
          <path
            key={`${at} ${index}`}
            d={`M${x} ${TICK_TOP}v${TICK_HEIGHT}`}
            className="stroke-node"
            strokeWidth={1.5}
          />
        ) : (
          <path
            key={`${at} ${index}`}
            d={`M${x - 4} ${TICK_TOP}l8 ${TICK_HEIGHT}m0 -${TICK_HEIGHT}l-8 ${TICK_HEIGHT}`}
            className="stroke-bad"
            strokeWidth={2}
          />
        )
      })}
    </>
  )
})
