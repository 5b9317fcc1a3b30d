/** The arithmetic of the lanes: how much time they show, where in it an instant stands (pure). */
import type { Lane } from './lanes.ts'

/** A stretch of time, in epoch milliseconds. */
export interface TimeWindow {
  readonly from: number
  readonly to: number
  readonly now: number
}

/** Where `now` stands, as a share of the width: the rest is the future. */
const NOW_AT = 0.6
const SHORTEST_MS = 30_000
const LIFETIMES = 2.5

/** As much as shows two generations of the token that lives the shortest. */
export function fittingWidthMs(lanes: readonly Lane[]): number {
  const lifetimes = lanes.flatMap(({ generations }) => {
    const latest = generations.at(-1)
    return latest === undefined ? [] : [latest.expiresAt - latest.mintedAt]
  })
  return Math.max(SHORTEST_MS, LIFETIMES * Math.min(...(lifetimes.length ? lifetimes : [0])))
}

export function windowAround(now: number, widthMs: number): TimeWindow {
  const from = now - widthMs * NOW_AT
  return { from, to: from + widthMs, now }
}

/** Percent from the left; what is outside stands at the edge. */
export function placeOf(at: number, { from, to }: TimeWindow): number {
  const percent = (100 * (at - from)) / (to - from)
  return Math.round(100 * Math.min(100, Math.max(0, percent))) / 100
}

/** Whether any of the stretch from `start` to `end` shows. */
export function isInSight(start: number, end: number, { from, to }: TimeWindow): boolean {
  return end > from && start < to
}
