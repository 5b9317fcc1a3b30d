/** Which headers cross the proxy: short lists, one for each direction. */

import type { TraceHeaders } from './trace-context.ts'

/** What a call may tell a vault. Cookies, credentials, origins and overrides are not among it. */
export const REQUEST_HEADERS: readonly string[] = [
  'Accept',
  'Accept-Language',
  'Content-Encoding',
  'Content-Language',
  'Content-Type',
  'Idempotency-Key',
  'If-Match',
  'If-Modified-Since',
  'If-None-Match',
  'If-Range',
  'If-Unmodified-Since',
  'Prefer',
  'Range',
  'Traceparent',
  'Tracestate',
]

/** What a vault may tell the page. */
export const RESPONSE_HEADERS: readonly string[] = [
  'Accept-Ranges',
  'Content-Disposition',
  'Content-Language',
  'Content-Range',
  'ETag',
  'Last-Modified',
  'Retry-After',
]

const REQUEST_ID = /^[\w.:-]{1,128}$/

/** The headers of a call at the vault. */
export function headersForVault(
  given: Headers,
  { token, length, trace }: { token: string; length: number | undefined; trace: TraceHeaders },
): Headers {
  // RFC 9110, section 7.6.1: what `Connection` names was meant for us alone.
  const hops = (given.get('Connection') ?? '').split(',').map((name) => name.trim().toLowerCase())
  const headers = pick(
    given,
    REQUEST_HEADERS.filter((name) => !hops.includes(name.toLowerCase())),
  )
  // The vault's part of the trace is below the broker's own, where it has one.
  for (const name of ['traceparent', 'tracestate']) {
    const value = hops.includes(name) ? undefined : trace[name]
    if (value === undefined) headers.delete(name)
    else headers.set(name, value)
  }
  // `fetch` would decompress what it gets, and a small body could become a large one.
  headers.set('Accept-Encoding', 'identity')
  headers.set('User-Agent', 'valetkey-broker')
  if (length !== undefined) headers.set('Content-Length', String(length))
  headers.set('Authorization', `Bearer ${token}`)
  return headers
}

/** The headers of the vault's answer that a page may see. */
export function headersFromVault({ headers: given, body, status }: Response): Headers {
  const headers = pick(given, RESPONSE_HEADERS)
  const requestId = vaultRequestId(given)
  if (requestId !== undefined) headers.set('X-Request-Id', requestId)
  const length = given.get('Content-Length')
  const isPlain = !isEncoded(given)
  if (length !== null && isPlain && status !== 204) headers.set('Content-Length', length)
  const type = given.get('Content-Type') ?? (body ? 'application/octet-stream' : null)
  if (type !== null) headers.set('Content-Type', type)
  return headers
}

/** The vault's own id of the call, if it is fit for a log. */
export function vaultRequestId(headers: Headers): string | undefined {
  const id = headers.get('X-Request-Id')
  return id !== null && REQUEST_ID.test(id) ? id : undefined
}

/** The answer came compressed although nobody asked for that. */
export function isEncoded(headers: Headers): boolean {
  return (headers.get('Content-Encoding') ?? 'identity').trim().toLowerCase() !== 'identity'
}

function pick(given: Headers, names: readonly string[]): Headers {
  const values = names.map((name): [string, string | null] => [name, given.get(name)])
  return new Headers(values.filter((entry): entry is [string, string] => entry[1] !== null))
}
