/** The arithmetic of the token lanes: what of a lane is in sight, where each thing stands. */
import type { Generation, Lane } from '../activity-state.ts'
import { seconds } from '../ui/words.ts'

/** Where the now-line stands, as a share of the width: the rest is the future. */
export const NOW_AT = 0.62
const HOUR_MS = 3_600_000
const LEAST_WINDOW_MS = 24_000
const WINDOW_LIFETIMES = 2.4

/** An end further away than this many windows is drawn here: far out of sight, and within the renderer's floats. */
const FARTHEST_WINDOWS = 1000

/** How much time the lanes show, for tokens of this lifetime. */
export function windowOf(lifetimeMs: number): number {
  return Math.max(LEAST_WINDOW_MS, lifetimeMs * WINDOW_LIFETIMES)
}

/** A generation as drawn: in use from its mint until the next took over. */
export interface Bar extends Generation {
  usedUntil: number
  /** Neighbours stand on two levels, so that their overlap shows. */
  level: 0 | 1
}

/** The bars in sight at the time of the lane's latest event. */
export function barsOf(lane: Lane, windowMs: number): Bar[] {
  const latest = latestOf(lane)
  const start = latest - windowMs
  const farthest = latest + FARTHEST_WINDOWS * windowMs
  return lane.generations
    .map((generation, index): Bar => {
      const next = lane.generations[index + 1]
      const expiresAt = Math.min(generation.expiresAt, farthest)
      const usedUntil = Math.min(expiresAt, next?.mintedAt ?? expiresAt)
      return { ...generation, expiresAt, usedUntil, level: generation.generation % 2 === 0 ? 1 : 0 }
    })
    .filter(({ expiresAt }) => expiresAt > start)
}

/** The calls in sight at the time of the lane's latest event. */
export function ticksOf(lane: Lane, windowMs: number): Lane['ticks'] {
  const start = latestOf(lane) - windowMs
  return lane.ticks.filter(({ at }) => at > start)
}

function latestOf(lane: Lane): number {
  return Math.max(lane.generations.at(-1)?.mintedAt ?? 0, lane.ticks.at(-1)?.at ?? 0)
}

/** What is said of a token whose end lies far out of sight: `ends in 7 h 59 min`. */
export function endOutOfSight(
  lane: Lane,
  { now, windowMs }: { now: number; windowMs: number },
): string | undefined {
  const expiresAt = lane.generations.at(-1)?.expiresAt ?? 0
  const leftMs = expiresAt - now
  return leftMs > windowMs ? `ends in ${seconds(leftMs)}` : undefined
}

/** A lane in words, for those who do not see it. */
export function laneInWords(name: string, lane: Lane | undefined): string {
  if (!lane || lane.generations.length === 0) return `${name}: no token yet`
  if (lane.generations.length === 1) return `${name}: 1 token${lifeInWords(lane)}`
  const gaps = gapsOf(lane)
  const how =
    gaps === 0
      ? 'each there before the last expired'
      : `with ${gaps} ${gaps === 1 ? 'gap' : 'gaps'} between them`
  return `${name}: ${lane.generations.length} tokens, ${how}`
}

/** Said of a token that will not be renewed while anybody looks. */
function lifeInWords({ generations }: Lane): string {
  const [{ expiresAt, mintedAt } = { expiresAt: 0, mintedAt: 0 }] = generations.slice(-1)
  const lifeMs = expiresAt - mintedAt
  return lifeMs > HOUR_MS ? ` that lives ${seconds(lifeMs)}` : ''
}

/** How often a token had expired before the next was there. */
export function gapsOf({ generations }: Lane): number {
  return generations.filter((generation, index) => {
    const next = generations[index + 1]
    return next !== undefined && next.mintedAt > generation.expiresAt
  }).length
}
