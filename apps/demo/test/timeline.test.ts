/** What of a lane is drawn, and said. */
import { describe, expect, it } from 'vitest'
import type { Generation, Lane } from '../src/activity-state.ts'
import {
  barsOf,
  endOutOfSight,
  gapsOf,
  laneInWords,
  ticksOf,
  windowOf,
} from '../src/lanes/timeline.ts'

const generation = (number: number, mintedAt: number): Generation => ({
  generation: number,
  mintedAt,
  refreshAt: mintedAt + 6000,
  expiresAt: mintedAt + 10_000,
})
const lane = (...mintedAt: number[]): Lane => ({
  generations: mintedAt.map((time, index) => generation(index + 1, time)),
  ticks: [],
})

describe('barsOf', () => {
  it('shows a token in use until the next took over, though it lived on', () => {
    const [first, second] = barsOf(lane(100_000, 106_000), 24_000)
    expect(first).toMatchObject({ usedUntil: 106_000, expiresAt: 110_000 })
    expect(second).toMatchObject({ usedUntil: 116_000 })
    expect(first?.level).not.toBe(second?.level)
  })

  it('shows no token in use beyond its expiry', () => {
    const [first] = barsOf(lane(100_000, 112_000), 24_000)
    expect(first?.usedUntil).toBe(110_000)
  })

  it('leaves out what has passed from sight', () => {
    expect(barsOf(lane(100_000, 106_000, 200_000), 24_000)).toHaveLength(1)
  })
})

describe('a token of long life', () => {
  const DAY_MS = 86_400_000
  const mintedAt = Date.UTC(2026, 10, 22)
  const long: Lane = {
    generations: [{ ...generation(1, mintedAt), expiresAt: mintedAt + 30 * DAY_MS }],
    ticks: [],
  }

  it('is drawn far out of sight, yet not so far that the renderer could not place it', () => {
    const [bar] = barsOf(long, 24_000)
    expect(bar?.expiresAt).toBeGreaterThan(mintedAt + 24 * 24_000)
    expect(bar?.expiresAt).toBeLessThan(mintedAt + DAY_MS)
    expect(bar?.usedUntil).toBe(bar?.expiresAt)
  })

  it('says at its edge when it ends, and no longer once its end is near', () => {
    const windowMs = 24_000
    expect(endOutOfSight(long, { now: mintedAt, windowMs })).toBe('ends in 30 days')
    const end = mintedAt + 30 * DAY_MS
    expect(endOutOfSight(long, { now: end - 25_000, windowMs })).toBe('ends in 25 s')
    expect(endOutOfSight(long, { now: end - 24_000, windowMs })).toBeUndefined()
    expect(endOutOfSight(lane(), { now: end, windowMs })).toBeUndefined()
  })

  it('is said with its life', () => {
    expect(laneInWords('walt.id', long)).toBe('walt.id: 1 token that lives 30 days')
  })
})

describe('ticksOf', () => {
  it('leaves out what has passed from sight', () => {
    const ticks = [
      { at: 100_000, status: 200 },
      { at: 190_000, status: 200 },
    ]
    expect(ticksOf({ ...lane(200_000), ticks }, 24_000)).toEqual([ticks[1]])
  })
})

describe('windowOf', () => {
  it('shows more than two lives, and never less than 24 s', () => {
    expect(windowOf(10_000)).toBe(24_000)
    expect(windowOf(300_000)).toBe(720_000)
  })
})

describe('laneInWords', () => {
  it('says how many tokens there were, and whether one was missing in between', () => {
    expect(laneInWords('Node 1', undefined)).toBe('Node 1: no token yet')
    expect(laneInWords('Node 1', lane(0))).toMatch(/^Node 1: 1 token$/)
    expect(laneInWords('Node 1', lane(0, 6000))).toBe(
      'Node 1: 2 tokens, each there before the last expired',
    )
    expect(laneInWords('Node 1', lane(0, 11_000))).toBe('Node 1: 2 tokens, with 1 gap between them')
    expect(gapsOf(lane(0, 11_000, 30_000))).toBe(2)
  })
})
