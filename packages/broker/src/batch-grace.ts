/** Keeps ready items of a batch from waiting for slow ones longer than a grace. */
import type { Clock } from './clock.ts'
import { OAuthError } from './oauth-error.ts'

export interface BatchGrace {
  /**
   * What `work` gives. Rejects, while the work goes on, when another item has had something to hand out for as
   * long as the grace.
   */
  wait<T>(work: Promise<T>): Promise<T>
  /** An item has something to hand out without any work. */
  ready(): void
  /** All has been answered. */
  end(): void
}

const RETRY_AFTER_MS = 1_000

export function createBatchGrace(clock: Required<Clock>, graceMs: number): BatchGrace {
  const waiting = new Set<(error: OAuthError) => void>()
  let cancel: (() => void) | undefined
  let readyAt: number | undefined
  let isOver = false

  function release(): void {
    isOver = true
    for (const reject of waiting) reject(tooSlow())
    waiting.clear()
  }

  function ready(): void {
    readyAt ??= clock.now()
    if (waiting.size > 0) startTimer(readyAt)
  }

  /** Only where somebody waits: most batches are at hand as a whole. */
  function startTimer(since: number): void {
    cancel ??= clock.after(since + graceMs - clock.now(), release)
  }

  return {
    ready,
    wait: (work) =>
      new Promise((resolve, reject) => {
        waiting.add(reject)
        // What comes late may still be at hand.
        if (isOver) clock.after(0, release)
        else if (readyAt !== undefined) startTimer(readyAt)
        work
          .finally(() => waiting.delete(reject))
          .then((value) => {
            resolve(value)
            ready()
          }, reject)
      }),
    end: () => cancel?.(),
  }
}

function tooSlow(): OAuthError {
  const text = 'The service behind the broker is slow; ask again, its token is being fetched'
  return new OAuthError('temporarily_unavailable', text, { retryAfterMs: RETRY_AFTER_MS })
}
