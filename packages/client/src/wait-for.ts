/** Lets one caller wait for something shared without being able to disturb it. */
import type { Clock } from './clock.ts'
import { TokenError } from './errors.ts'

interface WaitOptions {
  readonly clock: Clock
  /** The caller's own signal: its abort detaches this caller alone. */
  readonly signal?: AbortSignal | undefined
  /** Aborted when the identity changes or the client ends; its reason is what the caller gets. */
  readonly ended: AbortSignal
  readonly timeoutMs: number
}

/** Settles as `shared` does, unless the caller aborts, the client's epoch ends or the time is up first. */
export function waitFor<T>(shared: Promise<T>, options: WaitOptions): Promise<T> {
  const { clock, signal, ended, timeoutMs } = options
  const late = new AbortController()
  const cancel = clock.after(timeoutMs, () => late.abort(new TokenError('broker_timeout')))
  const gone = AbortSignal.any([late.signal, ended, signal ?? ended])
  return new Promise<T>((resolve, reject) => {
    gone.throwIfAborted()
    gone.addEventListener('abort', () => reject(gone.reason))
    shared.then(resolve, reject)
  }).finally(cancel)
}
