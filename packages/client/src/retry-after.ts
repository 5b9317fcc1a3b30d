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
  if (typeof bodySeconds === 'number') return cappedRetryAfterMs(bodySeconds * 1_000)
  const text = headers.get('Retry-After')
  if (!text) return undefined
  const seconds = Number(text)
  if (seconds >= 0) return cappedRetryAfterMs(seconds * 1_000)
  // The server's own clock tells how far away its date is; ours may be wrong by hours.
  const now = Date.parse(headers.get('Date') ?? '') || nowWall
  const at = Date.parse(text)
  return Number.isNaN(at) ? undefined : cappedRetryAfterMs(at - now)
}
