/** Reads how long a server asked to be left alone, in any of the forms servers use. */
import { cappedRetryAfterMs } from './refresh-policy.ts'

/**
 * Milliseconds to wait, at most five minutes; `undefined` if nobody said. The body's `retry_after`
 * (seconds) counts first, since a page of another origin may not read the header (RFC 9110 section
 * 10.2.3: seconds or an HTTP date).
 */
export function retryAfterMs(
  bodySeconds: unknown,
  headers: Headers,
  nowWall: number,
): number | undefined {
  const text = headers.get('Retry-After') ?? ''
  const seconds = typeof bodySeconds === 'number' ? bodySeconds : Number(text || Number.NaN)
  // The server's own clock tells how far away its date is; ours may be wrong by hours.
  const now = Date.parse(headers.get('Date') ?? '') || nowWall
  const waitMs = seconds >= 0 ? seconds * 1_000 : Date.parse(text) - now
  return Number.isNaN(waitMs) ? undefined : cappedRetryAfterMs(waitMs)
}
