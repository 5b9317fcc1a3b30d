/** The broker's own responses: JSON with the headers that every one of them carries. */
import {
  PROTOCOL_VERSION,
  type Problem,
  type TokenFailure,
  VERSION_HEADER,
} from '@valetkey/protocol'
import type { OAuthError } from './oauth-error.ts'
import { RESPONSE_HEADERS } from './proxy-headers.ts'
import type { Trace } from './trace.ts'

/** What a response needs to know of its request. */
export interface Exchange {
  readonly requestId: string
  /** The request's origin, if it is one of the app's. */
  readonly corsOrigin?: string | undefined
}

/** A request under way. */
export interface TracedExchange extends Exchange {
  readonly trace: Trace
}

/** Headers of the protocol page that depend on nothing. */
const FIXED_HEADERS: Readonly<Record<string, string>> = {
  'Cache-Control': 'no-store',
  Pragma: 'no-cache',
  Vary: 'Cookie, Authorization, Origin, Sec-Fetch-Site',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
  // Only requests without CORS look at this one, and no app needs those across origins.
  'Cross-Origin-Resource-Policy': 'same-origin',
  [VERSION_HEADER]: PROTOCOL_VERSION,
}

/** The headers of every response, errors, 404, 405 and OPTIONS included. */
export function brokerHeaders({ requestId, corsOrigin }: Exchange): Record<string, string> {
  const headers = { ...FIXED_HEADERS, 'X-Request-Id': requestId }
  if (corsOrigin === undefined) return headers
  return {
    ...headers,
    'Access-Control-Allow-Origin': corsOrigin,
    'Access-Control-Allow-Credentials': 'true',
    'Access-Control-Expose-Headers': `Date, Retry-After, X-Request-Id, ${VERSION_HEADER}`,
  }
}

/** The headers of a vault's answer that the broker passes on; that it is not the broker's own is the point. */
export function forwardedHeaders(exchange: Exchange): Record<string, string> {
  const { [VERSION_HEADER]: _, ...headers } = brokerHeaders(exchange)
  if (exchange.corsOrigin !== undefined)
    headers['Access-Control-Expose-Headers'] = [
      'Content-Length',
      'Date',
      ...RESPONSE_HEADERS,
      'X-Request-Id',
      VERSION_HEADER,
    ].join(', ')
  return headers
}

/** An answer in parts, so that an adapter can write it without a `Response` in between. */
export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | ReadableStream<Uint8Array> | null
}

export function toResponse({ body, status, headers }: Reply): Response {
  return new Response(body, { status, headers })
}

export function emptyReply(exchange: Exchange, headers: Readonly<Record<string, string>>): Reply {
  return { status: 204, headers: { ...brokerHeaders(exchange), ...headers }, body: null }
}

export function jsonReply(exchange: Exchange, body: object): Reply {
  const headers = brokerHeaders(exchange)
  headers['Content-Type'] = 'application/json'
  return { status: 200, headers, body: JSON.stringify(body) }
}

/** A problem (RFC 9457). With `tokens` it concerns those items alone, without it the whole broker. */
export function problemReply(
  exchange: Exchange,
  error: OAuthError,
  tokens?: readonly TokenFailure[],
): Reply {
  const headers = {
    ...brokerHeaders(exchange),
    ...problemHeaders(error),
    'Content-Type': 'application/problem+json',
  }
  const body = JSON.stringify(problemOf(exchange, error, tokens))
  return { status: error.status, headers, body }
}

export function problemOf(
  { requestId }: Exchange,
  error: OAuthError,
  tokens?: readonly TokenFailure[],
): Problem {
  return {
    status: error.status,
    ...error.toWire(),
    request_id: requestId,
    ...(error.supported && { supported: [...error.supported] }),
    ...(tokens && { tokens: [...tokens] }),
  }
}

function problemHeaders({ status, headers, retryAfterMs }: OAuthError): Record<string, string> {
  const added: Record<string, string> = { ...headers }
  if (status === 401) added['WWW-Authenticate'] = 'Bearer'
  if (retryAfterMs !== undefined) added['Retry-After'] = String(Math.ceil(retryAfterMs / 1000))
  return added
}
