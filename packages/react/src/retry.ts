/** Whether, or after how long, a failed vault query is worth another try. */
import { isTokenError } from '@valetkey/client'

type Retry<E> = boolean | number | ((failureCount: number, error: E) => boolean)
type RetryDelay<E> = number | ((failureCount: number, error: E) => number)

/** As TanStack Query has it. */
const DEFAULT_RETRIES = 3
const LONGEST_DELAY_MS = 30_000
/** The longest `Retry-After` the client takes. */
const LONGEST_WAIT_MS = 300_000

const saysFinal = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'retryable' in error && error.retryable === false

/** Milliseconds: TanStack's delay, or until the error's `retryAt`, before which the client does not ask. */
function delayAfter(failureCount: number, error: unknown): number {
  const delayMs = Math.min(1000 * 2 ** failureCount, LONGEST_DELAY_MS)
  if (!isTokenError(error) || error.retryAt === undefined) return delayMs
  return Math.min(Math.max(delayMs, error.retryAt - Date.now()), LONGEST_WAIT_MS)
}

interface RetryRules<E> {
  retry: (failureCount: number, error: E) => boolean
  retryDelay: RetryDelay<E>
}

/** The app's rules, but never a retry after an error that says `retryable: false`. */
export function retryRules<E>(app: {
  retry?: Retry<E> | undefined
  retryDelay?: RetryDelay<E> | undefined
}): RetryRules<E> {
  const { retry = DEFAULT_RETRIES, retryDelay = delayAfter } = app
  return {
    retry(failureCount, error) {
      if (saysFinal(error)) return false
      if (typeof retry === 'function') return retry(failureCount, error)
      return typeof retry === 'boolean' ? retry : failureCount < retry
    },
    retryDelay,
  }
}
