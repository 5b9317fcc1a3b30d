/** The only source of time in this package. */

/** What a broker reads the time from. Tests pass a manual one. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number
  /** Runs `callback` once after `delayMs`; the returned function cancels it. Default: `setTimeout`. */
  after?(delayMs: number, callback: () => void): () => void
}

export const systemClock: Required<Clock> = {
  // Looked up on each call, so that fake timers installed later are seen.
  now: () => Date.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs)
    return () => clearTimeout(timer)
  },
}

/** Fills in what a caller's clock leaves out. */
export function completeClock(clock: Clock = systemClock): Required<Clock> {
  return {
    now: () => clock.now(),
    after: (delayMs, callback) =>
      clock.after?.(delayMs, callback) ?? systemClock.after(delayMs, callback),
  }
}
