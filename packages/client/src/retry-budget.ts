/** The bucket that forced mints and retries draw on, so that no fault of ours or of a vault becomes a storm. */
import { elapsedMs, type Instant } from './expiry.ts'

const CAPACITY = 10
const REFILL_MS = 30_000

export interface RetryBudget {
  /** Takes one draw if there is one. */
  take(now: Instant): boolean
  /** Milliseconds until the next draw; 0 if there is one now. */
  waitMs(now: Instant): number
}

/** Creates a full bucket of ten draws, refilled evenly within 30 s. */
export function createRetryBudget(start: Instant): RetryBudget {
  let left = CAPACITY
  let counted = start

  function refill(now: Instant): void {
    const gained = (Math.max(0, elapsedMs(counted, now)) / REFILL_MS) * CAPACITY
    left = Math.min(CAPACITY, left + gained)
    counted = now
  }

  return {
    take(now) {
      refill(now)
      if (left < 1) return false
      left -= 1
      return true
    },
    waitMs(now) {
      refill(now)
      return left >= 1 ? 0 : Math.ceil(((1 - left) * REFILL_MS) / CAPACITY)
    },
  }
}
