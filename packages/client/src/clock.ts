/** The only source of time in this package. Tests pass a manual one. */
export interface Clock {
  /** Milliseconds since the Unix epoch, by the clock the user can set. */
  wall(): number
  /** Milliseconds since any fixed point, by a clock nobody can set. It may stand still while the machine sleeps. */
  mono(): number
  /** Runs `callback` once after `delayMs`; the returned function cancels it. */
  after(delayMs: number, callback: () => void): () => void
}

export const systemClock: Clock = {
  // Looked up on each call, so that fake timers installed later are seen.
  wall: () => Date.now(),
  mono: () => performance.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs)
    return () => clearTimeout(timer)
  },
}
