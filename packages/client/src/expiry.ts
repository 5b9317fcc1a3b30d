/** A clock that never goes back, made of two that may: time as the client counts it. */
import type { Clock } from './clock.ts'

/** Beyond this the two clocks count as having moved apart, and time is counted on from here. */
const DRIFT_MS = 100

/** Where time stood when both clocks were last set side by side, all in milliseconds. */
export interface Anchor {
  readonly wall: number
  readonly mono: number
  readonly time: number
}

export interface Time {
  readonly clock: Clock
  anchor: Anchor
  /** The clocks moved apart by more than timers and clock discipline explain: sleep, or somebody set one. */
  onJump(driftMs: number): void
}

/**
 * Milliseconds on a scale of our own: counted by whichever clock moved further, since the monotonic one
 * may stand still while the machine sleeps, and the wall clock may be set back.
 */
export function look(time: Time): number {
  const { anchor } = time
  const wall = time.clock.wall()
  const mono = time.clock.mono()
  const wallMs = wall - anchor.wall
  const monoMs = mono - anchor.mono
  const driftMs = wallMs - monoMs
  const apartMs = Math.abs(driftMs)
  const passedMs = Math.max(wallMs, monoMs, 0)
  const now = anchor.time + passedMs
  if (apartMs > DRIFT_MS) {
    time.anchor = { wall, mono, time: now }
    if (apartMs > Math.max(2_000, 0.001 * passedMs)) time.onJump(driftMs)
  }
  return now
}
