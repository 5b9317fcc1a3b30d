/** Reads how long a server asked to be left alone, in any of the forms servers use. */
import { MAX_RETRY_AFTER_MS } from './refresh-policy.ts'

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
  const wait = inBody(bodySeconds) ?? inHeader(headers, nowWall)
  return wait === undefined ? undefined : Math.min(Math.max(wait, 0), MAX_RETRY_AFTER_MS)
}

function inBody(seconds: unknown): number | undefined {
  return typeof seconds === 'number' && seconds >= 0 ? seconds * 1_000 : undefined
}

function inHeader(headers: Headers, nowWall: number): number | undefined {
  const text = headers.get('Retry-After')
  if (text === null) return undefined
  if (/^\d+(\.\d+)?$/.test(text.trim())) return Number(text) * 1_000
  const at = Date.parse(text)
  if (Number.isNaN(at)) return undefined
  // The server's own clock tells how far away its date is; ours may be wrong by hours.
  const serverNow = Date.parse(headers.get('Date') ?? '')
  return at - (Number.isNaN(serverNow) ? nowWall : serverNow)
}
