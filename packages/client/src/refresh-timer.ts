/** The one timer of a client: calls back when the earliest refresh is due. */
import type { Clock } from './clock.ts'
import { MAX_SLEEP_MS, MIN_SLEEP_MS } from './refresh-policy.ts'

export interface RefreshTimer {
  /** Calls back after `delayMs`, or sooner: at the latest after a minute, for another look at the clock. */
  arm(delayMs: number): void
  disarm(): void
}

/** Creates the timer. It knows nothing of tokens and never trusts its own delay. */
export function createRefreshTimer(clock: Clock, onTime: () => void): RefreshTimer {
  let cancel: (() => void) | undefined

  function disarm(): void {
    cancel?.()
    cancel = undefined
  }

  return {
    arm(delayMs) {
      disarm()
      cancel = clock.after(Math.min(Math.max(delayMs, MIN_SLEEP_MS), MAX_SLEEP_MS), () => {
        cancel = undefined
        onTime()
      })
    },
    disarm,
  }
}
