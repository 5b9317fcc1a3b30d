/** Lets one caller wait for something shared without being able to disturb it. */
import type { Clock } from './clock.ts'
import { TokenError } from './errors.ts'

interface Patience {
  readonly clock: Clock
  /** The caller's own signal: its abort detaches this caller alone. */
  readonly signal?: AbortSignal | null | undefined
  /** Aborted when the identity changes or the client ends; its reason is what the caller gets. */
  readonly ended: AbortSignal
  /** Of more than a minute, a minute is waited. */
  readonly timeoutMs: number
}

/**
 * Settles as what `start` began does, unless the caller aborts, the client's epoch ends or the time is
 * up first. `start` gets a signal that says so in the same tick.
 */
export function waitFor<T>(
  start: (gone: AbortSignal) => Promise<T>,
  { clock, signal, ended, timeoutMs }: Patience,
): Promise<T> {
  const late = new AbortController()
  const cancel = clock.after(Math.min(timeoutMs, 6e4), () =>
    late.abort(new TokenError('broker_timeout')),
  )
  const gone = AbortSignal.any([late.signal, ended, signal ?? ended])
  return new Promise<T>((resolve, reject) => {
    gone.throwIfAborted()
    gone.addEventListener('abort', () => reject(gone.reason))
    start(gone).then(resolve, reject)
  }).finally(cancel)
}
