/** One exchange with the broker: a request out, an answer or a typed error back. */
import {
  isRecord,
  parseAnswer,
  parseItems,
  PROTOCOL_VERSION,
  VERSION_HEADER,
} from '@valetkey/protocol'
import type { Clock } from './clock.ts'
import { isAnswerCode, isTokenError, TokenError, type TokenErrorCode } from './errors.ts'
import { retryAfterMs } from './retry-after.ts'
import type { Exchange, Transport } from './token-requests.ts'
import type { BrokerFunction } from './types.ts'
import type { WakeSignals } from './wake-signals.ts'

/** How the broker is reached, whatever for. */
export interface BrokerAccess {
  readonly clock: Clock
  /** Absolute base URL of the broker, without a slash at the end; absent where it is a function. */
  readonly base: string | undefined
  readonly fetch: typeof fetch
  readonly wakeSignals: WakeSignals
  readonly readHeaders: (() => HeadersInit | Promise<HeadersInit>) | undefined
  readonly credentials: RequestCredentials
}

/** Speaks protocol version 1 over `fetch`. */
export function createHttpTransport(access: BrokerAccess): Transport {
  const { base, clock, credentials, wakeSignals } = access
  return async (request, signal, onSend) => {
    const headers = await brokerHeaders(access)
    headers.set('Content-Type', 'application/json')
    headers.set('Accept', 'application/json, application/problem+json')
    signal.throwIfAborted()
    onSend()
    try {
      const response = await access.fetch(`${base}/tokens`, {
        method: 'POST',
        headers,
        body: JSON.stringify(request),
        signal,
        cache: 'no-store',
        redirect: 'error',
        credentials,
      })
      const body = parseJson(await response.text())
      return response.ok ? readAnswer(body, response) : readProblem(body, response, clock.wall())
    } catch (cause) {
      if (signal.aborted || isTokenError(cause) || wakeSignals.online()) throw cause
      throw new TokenError('offline', '', { cause })
    }
  }
}

/** Wraps an app's own function in place of HTTP. */
export function createFunctionTransport(broker: BrokerFunction): Transport {
  return async (request, signal, onSend) => {
    onSend()
    return readAnswer(await broker(request, { signal }))
  }
}

/** The app's own headers for the broker, read afresh, with the protocol's version. */
export async function brokerHeaders({ readHeaders }: BrokerAccess): Promise<Headers> {
  try {
    const headers = new Headers(await readHeaders?.())
    headers.set(VERSION_HEADER, PROTOCOL_VERSION)
    return headers
  } catch (cause) {
    throw new TokenError('config', 'headers', { cause })
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function readAnswer(body: unknown, response?: Response): Exchange {
  const answer = parseAnswer(body)
  if (answer) return answer
  const type = response?.headers.get('Content-Type') ?? 'no content type'
  throw new TokenError('malformed_response', type, {
    status: response?.status,
  })
}

function readProblem(body: unknown, { status, headers }: Response, nowWall: number): Exchange {
  const { error: code, ...said } = isRecord(body) ? body : {}
  const waitMs = retryAfterMs(said.retry_after, headers, nowWall)
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined)
  const error = new TokenError(
    isAnswerCode(code) ? code : codeOf(status),
    text(said.error_description) ?? `${status}`,
    {
      status,
      retryable: typeof said.retryable === 'boolean' ? said.retryable : undefined,
      requestId: text(said.request_id),
      retryAt: waitMs === undefined ? undefined : nowWall + waitMs,
    },
  )
  const items = parseItems(said.tokens)
  return { items, error, concernsAll: !items.length && waitMs !== undefined && error.retryable }
}

/** For answers that do not speak the protocol: a gateway in between, or no broker at all. */
function codeOf(status: number): TokenErrorCode {
  if (status === 401) return 'invalid_session'
  if (status === 429) return 'rate_limited'
  if (status === 408 || status === 504) return 'upstream_timeout'
  if (status === 425 || status === 503) return 'temporarily_unavailable'
  return status >= 500 ? 'server_error' : 'malformed_response'
}
