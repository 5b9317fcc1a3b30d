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
  const done = new AbortController()
  const late = new TokenError('broker_timeout', 'No token in time')
  const cancel = clock.after(timeoutMs, () => done.abort(late))
  return new Promise<T>((resolve, reject) => {
    for (const one of [ended, signal, done.signal]) {
      if (one?.aborted) reject(one.reason)
      one?.addEventListener('abort', () => reject(one.reason), { signal: done.signal })
    }
    shared.then(resolve, reject)
  }).finally(() => {
    cancel()
    done.abort()
  })
}
