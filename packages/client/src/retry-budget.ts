/** The bucket that forced mints and retries draw on, so that no fault of ours or of a vault becomes a storm. */

const CAPACITY = 10
const DRAW_MS = 3_000

/** Ten draws, refilled evenly within 30 s. */
export interface RetryBudget {
  /** When the bucket will be full again. */
  budgetFullAt: number
}

/** Milliseconds until the next draw; 0 or less if there is one now. */
export function drawWaitMs(budget: RetryBudget, now: number): number {
  return budget.budgetFullAt - now - (CAPACITY - 1) * DRAW_MS
}

export function draw(budget: RetryBudget, now: number): void {
  budget.budgetFullAt = Math.max(budget.budgetFullAt, now) + DRAW_MS
}
