/** A ring that empties as a token's life runs down, with a mark where it is renewed. */
import type { TokenStatus } from '@valetkey/client'
import { type ReactElement, useCallback, useRef } from 'react'
import { useFrame } from './use-frame.ts'

const RADIUS = 24
const HOUR_S = 3600
const DAY_S = 86_400
const LENGTH = 2 * Math.PI * RADIUS

export function CountdownRing({ mintedAt, refreshAt, expiresAt }: TokenStatus): ReactElement {
  const place = useRef<SVGSVGElement>(null)
  const ring = useRef<SVGCircleElement>(null)
  const text = useRef<SVGTextElement>(null)
  const paint = useCallback(
    (now: number) => {
      const share = shareOf(now, mintedAt, expiresAt)
      const offset = (LENGTH * (1 - share)).toFixed(1)
      if (ring.current && ring.current.getAttribute('stroke-dashoffset') !== offset)
        ring.current.setAttribute('stroke-dashoffset', offset)
      const left = expiresAt === undefined ? '–' : clockText(Math.max(expiresAt - now, 0))
      if (text.current && text.current.textContent !== left) text.current.textContent = left
    },
    [mintedAt, expiresAt],
  )
  useFrame(paint, place)
  const notch = refreshAt === undefined ? undefined : shareOf(refreshAt, mintedAt, expiresAt)

  return (
    <svg
      ref={place}
      viewBox="0 0 60 60"
      width="60"
      height="60"
      aria-hidden="true"
      className="shrink-0"
    >
      <g transform="rotate(-90 30 30)" fill="none" strokeWidth="5">
        <circle cx="30" cy="30" r={RADIUS} className="stroke-line" />
        <circle
          ref={ring}
          cx="30"
          cy="30"
          r={RADIUS}
          className="stroke-node"
          strokeLinecap="round"
          strokeDasharray={LENGTH}
          strokeDashoffset={LENGTH}
        />
        {notch !== undefined && (
          <path
            d="M49 30h10"
            transform={`rotate(${notch * 360} 30 30)`}
            className="stroke-ink"
            strokeWidth="2.5"
          />
        )}
      </g>
      <text
        ref={text}
        x="30"
        y="34.5"
        textAnchor="middle"
        className="fill-ink text-[13px] font-semibold tabular-nums"
      />
    </svg>
  )
}

function shareOf(at: number, mintedAt: number | undefined, expiresAt: number | undefined): number {
  if (mintedAt === undefined || expiresAt === undefined) return 0
  return Math.min(Math.max((expiresAt - at) / (expiresAt - mintedAt), 0), 1)
}

function clockText(leftMs: number): string {
  const whole = Math.ceil(leftMs / 1000)
  if (whole < 100) return `${whole} s`
  if (whole >= 2 * DAY_S) return `${Math.round(whole / DAY_S)} d`
  if (whole >= HOUR_S) return `${(whole / HOUR_S).toFixed(1)} h`
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`
}
