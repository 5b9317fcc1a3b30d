/** Reads how long a server asked to be left alone, in any of the forms servers use. */
import { cappedRetryAfterMs } from './refresh-policy.ts'

/**
 * Milliseconds to wait, at most five minutes; NaN if nobody said. The body's `retry_after` (seconds)
 * counts first, since a page of another origin may not read the header (RFC 9110 section 10.2.3:
 * seconds or an HTTP date).
 */
export function retryAfterMs(inBody: unknown, headers: Headers, nowWall: number): number {
  const said = typeof inBody === 'number' ? `${inBody}` : (headers.get('Retry-After') ?? '')
  const waitMs = Number.parseFloat(said) * 1_000
  // The server's own clock tells how far away its date is; ours may be wrong by hours.
  const now = Date.parse(headers.get('Date') ?? '') || nowWall
  return cappedRetryAfterMs(Number.isNaN(waitMs) ? Date.parse(said) - now : waitMs)
}
