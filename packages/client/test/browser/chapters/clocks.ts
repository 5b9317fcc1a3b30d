/** Clocks that a user, or a time server, sets while a page is open, or that were wrong before. */
import { describe, expect, it } from 'vitest'
import { createStage } from '../stage.ts'

const LIFETIME_MS = 3_500
const WATCHED_MS = 2 * LIFETIME_MS
const HOUR_MS = 3_600_000
/** One at first, one for each half of a lifetime. */
const usualMints = (forMs: number) => 1 + forMs / (0.5 * LIFETIME_MS)

declare global {
  var setClock: (aheadMs: number) => void
}

/**
 * A page learns of the machine's clock by `Date` alone; `performance.now()` goes on whatever the user sets. So this
 * is all that a page sees of a clock that is wrong.
 */
function ownClock(): void {
  const { now } = Date
  let aheadMs = 0
  Date.now = () => now() + aheadMs
  globalThis.setClock = (ms) => {
    aheadMs = ms
  }
}

const wrongs = [
  { how: 'an hour fast from the start', atFirstMs: HOUR_MS, laterMs: HOUR_MS, jumps: 0 },
  { how: 'an hour slow from the start', atFirstMs: -HOUR_MS, laterMs: -HOUR_MS, jumps: 0 },
  { how: 'set an hour forward while in use', atFirstMs: 0, laterMs: HOUR_MS, jumps: 1 },
  { how: 'set an hour back while in use', atFirstMs: 0, laterMs: -HOUR_MS, jumps: 1 },
]

describe('a clock that is', () => {
  it.for(wrongs)('$how makes no storm, sends no dead token', async (wrong, test) => {
    const { atFirstMs, laterMs, jumps } = wrong
    const { house, open } = await createStage(test, { lifetimeMs: LIFETIME_MS })
    const page = await open({ before: ownClock })
    const { statuses, tookMs } = await page.evaluate(useForAWhile, {
      atFirstMs,
      laterMs,
      forMs: WATCHED_MS,
    })
    expect(new Set(statuses)).toEqual(new Set([200]))
    expect(new Set(house.vault.calls.map(({ status }) => status))).toEqual(new Set([200]))
    expect(house.brokerRequests()).toBeGreaterThan(1)
    expect(house.brokerRequests()).toBeLessThanOrEqual(usualMints(tookMs) + jumps)
    const seen = await page.evaluate(
      () => client.events().filter(({ type }) => type === 'clock-jump').length,
    )
    expect(seen).toBe(jumps)
  })
})

interface While {
  readonly atFirstMs: number
  readonly laterMs: number
  readonly forMs: number
}

interface Watched {
  readonly statuses: readonly number[]
  readonly tookMs: number
}

/** In the page: a call every 50 ms; the clock changes in the middle. Returns what the vault answered. */
async function useForAWhile({ atFirstMs, laterMs, forMs }: While): Promise<Watched> {
  const statuses: number[] = []
  setClock(atFirstMs)
  const user = newClient('/api/broker')
  globalThis.client = user
  const vault = user.fetchFor('cards')
  const began = performance.now()
  const tookMs = () => performance.now() - began
  while (tookMs() < forMs) {
    if (tookMs() > forMs / 2) setClock(laterMs)
    statuses.push((await vault('/')).status)
    await new Promise((resume) => setTimeout(resume, 50))
  }
  return { statuses, tookMs: tookMs() }
}
