/** One HTTP exchange with the broker: a request out, an answer or a typed error back. */
import {
  isRecord,
  isWireErrorCode,
  parseAnswer,
  parseItems,
  PROTOCOL_VERSION,
  VERSION_HEADER,
  type WireErrorCode,
} from '@valetkey/protocol'
import type { Clock } from './clock.ts'
import { TokenError, type TokenErrorCode, type TokenErrorFacts } from './errors.ts'
import { type Instant, readInstant } from './expiry.ts'
import { retryAfterMs } from './retry-after.ts'
import type { Exchange, Transport } from './token-requests.ts'
import type { BrokerFunction, BrokerRequest } from './types.ts'

interface HttpOptions {
  /** Absolute base URL of the broker. */
  broker: URL
  fetch: typeof fetch
  headers: (() => HeadersInit | Promise<HeadersInit>) | undefined
  clock: Clock
  /** False while the browser knows that it has no network. */
  online: () => boolean
}

/** Speaks protocol version 1 over `fetch`. */
export function createHttpTransport(options: HttpOptions): Transport {
  const url = `${options.broker.href.replace(/\/$/, '')}/tokens`
  return async (request, signal) => {
    const headers = await brokerHeaders(options.headers)
    headers.set('Content-Type', 'application/json')
    headers.set('Accept', 'application/json, application/problem+json')
    signal.throwIfAborted()
    const sentAt = readInstant(options.clock)
    const send = options.fetch
    try {
      const response = await send(url, {
        method: 'POST',
        headers,
        body: JSON.stringify(request),
        signal,
        cache: 'no-store',
        redirect: 'error',
        credentials: brokerCredentials(options),
      })
      const body = await readJson(response)
      return response.ok ? read(body, response, sentAt) : refuse(body, response, sentAt)
    } catch (cause) {
      if (signal.aborted) throw signal.reason
      return unreachable(options, sentAt, cause)
    }
  }
}

/** The app's own headers for the broker, read afresh, with the protocol's version. */
export async function brokerHeaders(
  headers: (() => HeadersInit | Promise<HeadersInit>) | undefined,
): Promise<Headers> {
  let own: HeadersInit | undefined
  try {
    own = await headers?.()
  } catch (cause) {
    throw new TokenError('config', 'The `headers` option threw', { cause })
  }
  const all = new Headers(own)
  all.set(VERSION_HEADER, PROTOCOL_VERSION)
  return all
}

/** A cookie crosses origins only where the app has no bearer of its own. */
export function brokerCredentials({
  broker,
  headers,
}: {
  broker: URL
  headers: unknown
}): RequestCredentials {
  const here = globalThis.location?.origin
  return here === undefined || here === broker.origin || headers ? 'same-origin' : 'include'
}

/** Wraps an app's own function in place of HTTP. */
export function createFunctionTransport(broker: BrokerFunction, clock: Clock): Transport {
  return async (request: BrokerRequest, signal: AbortSignal) => {
    const sentAt = readInstant(clock)
    return read(await broker(request, { signal }), undefined, sentAt)
  }
}

async function readJson(response: Response): Promise<unknown> {
  const text = await response.text()
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function read(body: unknown, response: Response | undefined, sentAt: Instant): Exchange {
  const answer = parseAnswer(body)
  if (answer) return { sentAt, answer, items: answer.items, error: undefined, concernsAll: false }
  const what = response
    ? `${response.status} ${response.headers.get('Content-Type') ?? 'without a content type'}`
    : typeof body
  const facts = response ? { status: response.status } : {}
  const error = new TokenError('malformed_response', `Not the answer of a broker: ${what}`, facts)
  return { sentAt, answer: undefined, items: [], error, concernsAll: false }
}

function refuse(body: unknown, response: Response, sentAt: Instant): Exchange {
  const problem = isRecord(body) ? body : {}
  const spoken = isWireErrorCode(problem.error)
  const code = spoken ? (problem.error as WireErrorCode) : codeOf(response.status)
  const facts: TokenErrorFacts = { status: response.status }
  if (typeof problem.retryable === 'boolean') facts.retryable = problem.retryable
  if (typeof problem.request_id === 'string') facts.requestId = problem.request_id
  const wait = retryAfterMs(problem.retry_after, response.headers, sentAt.wall)
  if (wait !== undefined) facts.retryAt = sentAt.wall + wait
  const described = typeof problem.error_description === 'string' && problem.error_description
  const message = described || `The broker answered ${response.status}`
  const items = parseItems(problem.tokens)
  const error = new TokenError(code, message, facts)
  const concernsAll = items.length === 0 && wait !== undefined && error.retryable
  return { sentAt, answer: undefined, items, error, concernsAll }
}

/** For answers that do not speak the protocol: a gateway in between, or no broker at all. */
function codeOf(status: number): TokenErrorCode {
  if (status === 401) return 'invalid_session'
  if (status === 429) return 'rate_limited'
  if (status === 408 || status === 504) return 'upstream_timeout'
  if (status === 425 || status === 503) return 'temporarily_unavailable'
  if (status >= 500) return 'server_error'
  return 'malformed_response'
}

function unreachable({ online }: HttpOptions, sentAt: Instant, cause: unknown): Exchange {
  const error = online()
    ? new TokenError('broker_unreachable', 'The broker could not be reached', { cause })
    : new TokenError('offline', 'The browser is offline', { cause })
  return { sentAt, answer: undefined, items: [], error, concernsAll: false }
}
