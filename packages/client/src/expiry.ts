/** How much of a token's life is left, judged on two clocks (pure). */
import type { Clock } from './clock.ts'

/** One moment on both clocks, in milliseconds. */
export interface Instant {
  readonly wall: number
  readonly mono: number
}

/** A span of time that began at `from`. */
export interface Span {
  readonly from: Instant
  readonly lengthMs: number
}

export function readInstant(clock: Clock): Instant {
  return { wall: clock.wall(), mono: clock.mono() }
}

/**
 * Milliseconds since `from`, by whichever clock moved further: the monotonic one may stand still while
 * the machine sleeps, the wall clock may be set back.
 */
export function elapsedMs(from: Instant, now: Instant): number {
  return Math.max(now.wall - from.wall, now.mono - from.mono)
}

/** Milliseconds of the span that are left; negative when it is over. */
export function leftMs(span: Span, now: Instant): number {
  return span.lengthMs - elapsedMs(span.from, now)
}

/**
 * By how much the two clocks moved apart between two looks, in milliseconds, where that is more than
 * timers and clock discipline explain; else 0. A positive value means sleep or a clock set forward.
 */
export function jumpMs(before: Instant, now: Instant): number {
  const wall = now.wall - before.wall
  const mono = now.mono - before.mono
  const drift = wall - mono
  const tolerated = Math.max(2_000, 0.001 * Math.max(wall, mono))
  return Math.abs(drift) > tolerated ? drift : 0
}

/**
 * The same span counted from after a clock jump. What had passed by the last look stands, whatever the
 * clocks were set to since; the step itself counts by the clock that moved further.
 */
export function reanchor(span: Span, before: Instant, now: Instant): Span {
  const step = Math.max(0, elapsedMs(before, now))
  return { from: now, lengthMs: leftMs(span, before) - step }
}
