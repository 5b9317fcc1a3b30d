/** When a token ends, to the millisecond: the instant, with what is left counting down. */
import type { TokenStatus } from '@valetkey/client'
import { type ReactElement, useCallback, useRef } from 'react'
import { useFrame } from './use-frame.ts'

const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' })
const count = new Intl.NumberFormat('en-US')

export function EndsAt({ expiresAt }: Pick<TokenStatus, 'expiresAt'>): ReactElement {
  const place = useRef<HTMLParagraphElement>(null)
  const left = useRef<HTMLSpanElement>(null)
  const paint = useCallback(
    (now: number) => {
      if (!left.current || expiresAt === undefined) return
      left.current.textContent = `${count.format(Math.max(Math.round(expiresAt - now), 0))} ms left`
    },
    [expiresAt],
  )
  useFrame(paint, place)
  return (
    <p ref={place} className="mt-2 text-sm text-muted tabular-nums">
      {expiresAt === undefined ? (
        'No token yet.'
      ) : (
        <>
          ends at {clock.format(expiresAt)}
          <span className="font-semibold text-ink">.{fraction(expiresAt)}</span>
          <span aria-hidden="true"> · </span>
          {/* Counts on every frame, which is no news for a screen reader. */}
          <span ref={left} aria-hidden="true" className="font-mono text-node" />
        </>
      )}
    </p>
  )
}

function fraction(at: number): string {
  return String(Math.floor(at) % 1000).padStart(3, '0')
}
