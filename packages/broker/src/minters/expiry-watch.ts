/** Warns an operator in time before a token ends that people renew by hand, and when it has. */
import type { Clock } from '../clock.ts'
import type { MinterNotice } from '../minter.ts'

export interface ExpiryWatch {
  /** Epoch milliseconds; `undefined` for never. Replaces what was looked at before. */
  lookAt(expiresAt: number | undefined): void
  stop(): void
}

/** Longer sleeps are cut in pieces: the clock may be set, and timers of over 24 days fire at once. */
const MAX_SLEEP_MS = 3_600_000

/** Timers that keep no process alive. */
export const idleClock: Required<Clock> = {
  now: () => Date.now(),
  after(delayMs, callback) {
    const timer: unknown = setTimeout(callback, delayMs)
    // A number where it is not Node's.
    if (timer instanceof Object && 'unref' in timer) Reflect.apply(Object(timer.unref), timer, [])
    return () => clearTimeout(timer as number)
  },
}

export function watchExpiry({
  name,
  warnBeforeMs,
  clock,
  notify,
}: {
  name: string
  warnBeforeMs: number
  clock: Required<Clock>
  notify: (notice: MinterNotice) => void
}): ExpiryWatch {
  let cancel = (): void => {}

  function wait(expiresAt: number, isWarned: boolean): void {
    const leftMs = expiresAt - clock.now()
    if (leftMs <= 0)
      return notify({
        kind: 'expired',
        detail: `the token of ${name} has ended, and none is handed out; put a new one in its place`,
      })
    const isDue = leftMs <= warnBeforeMs
    if (isDue && !isWarned)
      notify({
        kind: 'expires-soon',
        detail: `the token of ${name} ends at ${new Date(expiresAt).toISOString()}; put a new one in its place`,
      })
    const nextMs = isDue ? leftMs : leftMs - warnBeforeMs
    cancel = clock.after(Math.min(nextMs, MAX_SLEEP_MS), () => wait(expiresAt, isDue || isWarned))
  }

  return {
    lookAt(expiresAt) {
      cancel()
      if (expiresAt !== undefined) wait(expiresAt, false)
    },
    stop: () => cancel(),
  }
}
