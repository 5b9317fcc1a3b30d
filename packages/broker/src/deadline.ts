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
  deadline: Deadline,
  work: (signal: AbortSignal) => T | Promise<T>,
): Promise<T> {
  const controller = new AbortController()
  const onTimeout = (): Error => {
    const error = deadline.onTimeout()
    // After the wait has ended, so that it ends with this error and not with what the abort causes.
    queueMicrotask(() => controller.abort(error))
    return error
  }
  return inTime({ ...deadline, onTimeout }, () => work(controller.signal))
}

/** The same for work that cannot be stopped. What answers at once costs no timer. */
export async function inTime<T>(
  { clock, timeoutMs, onTimeout }: Deadline,
  work: () => T | Promise<T>,
): Promise<T> {
  const given = work()
  if (!isThenable(given)) return given
  return new Promise<T>((resolve, reject) => {
    const cancel = clock.after(timeoutMs, () => reject(onTimeout()))
    given.then(
      (value) => {
        cancel()
        resolve(value)
      },
      (error: unknown) => {
        cancel()
        reject(error)
      },
    )
  })
}

/** Not by class: apps bring promises of their own making. */
function isThenable<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof value === 'object' && value !== null && 'then' in value
}
