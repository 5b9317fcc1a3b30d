/** Lets one caller wait for something shared without being able to disturb it. */
import type { Clock } from './clock.ts'
import { TokenError } from './errors.ts'

interface WaitOptions {
  clock: Clock
  /** The caller's own signal: its abort detaches this caller alone. */
  signal: AbortSignal | undefined
  /** Aborted when the identity changes or the client ends; its reason is what the caller gets. */
  ended: AbortSignal
  timeoutMs: number
}

/** Settles as `shared` does, unless the caller aborts, the client's epoch ends or the time is up first. */
export function waitFor<T>(shared: Promise<T>, options: WaitOptions): Promise<T> {
  const { clock, signal, ended, timeoutMs } = options
  return new Promise<T>((resolve, reject) => {
    const done = new AbortController()
    const once = { once: true, signal: done.signal }
    const cancel = clock.after(timeoutMs, () =>
      settle(() => reject(new TokenError('broker_timeout', `No token within ${timeoutMs} ms`))),
    )
    function settle(outcome: () => void): void {
      if (done.signal.aborted) return
      done.abort()
      cancel()
      outcome()
    }
    if (ended.aborted) return settle(() => reject(ended.reason))
    if (signal?.aborted) return settle(() => reject(signal.reason))
    ended.addEventListener('abort', () => settle(() => reject(ended.reason)), once)
    signal?.addEventListener('abort', () => settle(() => reject(signal.reason)), once)
    shared.then(
      (value) => settle(() => resolve(value)),
      (error) => settle(() => reject(error)),
    )
  })
}

/** Resolves after `delayMs`; `cancel` leaves no timer behind. */
export function delay(clock: Clock, delayMs: number): { done: Promise<void>; cancel: () => void } {
  let cancel = () => {}
  const done = new Promise<void>((resolve) => {
    cancel = clock.after(delayMs, resolve)
  })
  return { done, cancel }
}
