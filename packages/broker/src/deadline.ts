/** A limit on how long somebody else's function is waited for. */
import type { Clock } from './clock.ts'

export interface Deadline {
  clock: Required<Clock>
  timeoutMs: number
  /** What the wait ends with; made at the deadline. */
  onTimeout: () => Error
}

/**
 * Waits for `work`, not longer than the deadline. `signal` aborts when time is up; a function that
 * ignores it goes on, and what it gives later is dropped.
 */
export async function withDeadline<T>(
  { clock, timeoutMs, onTimeout }: Deadline,
  work: (signal: AbortSignal) => T | Promise<T>,
): Promise<T> {
  const controller = new AbortController()
  return new Promise<T>((resolve, reject) => {
    const cancel = clock.after(timeoutMs, () => {
      const error = onTimeout()
      reject(error)
      controller.abort(error)
    })
    // A function that throws at once is caught like one that rejects.
    Promise.resolve(controller.signal).then(work).then(resolve, reject).finally(cancel)
  })
}
