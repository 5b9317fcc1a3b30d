/** One exchange with the broker: a request out, an answer or a typed error back. */
import {
  parseAnswer,
  parseItems,
  type Problem,
  PROTOCOL_VERSION,
  VERSION_HEADER,
} from '@valetkey/protocol'
import { attempt } from './attempt.ts'
import type { Clock } from './clock.ts'
import { isAnswerCode, TokenError, type TokenErrorCode } from './errors.ts'
import { readUpTo } from './replayable-body.ts'
import { retryAfterMs } from './retry-after.ts'
import type { Exchange, Transport } from './token-requests.ts'
import type { BrokerFunction } from './types.ts'

/** Far above what an honest answer comes to: 32 tokens of the longest kind are half of it. */
const MAX_ANSWER_BYTES = 8 * 1024 * 1024

/** How the broker is reached, whatever for. */
export interface BrokerAccess {
  readonly clock: Clock
  /** Absolute base URL of the broker, with a slash at the end; absent where it is a function. */
  readonly base: string | undefined
  readonly fetch: typeof fetch
  readonly readHeaders: (() => HeadersInit | Promise<HeadersInit>) | undefined
  readonly credentials: RequestCredentials
}

/** Speaks protocol version 1 over `fetch`. */
export async function exchangeOverHttp(
  access: BrokerAccess,
  ...[request, signal, onSend]: Parameters<Transport>
): Promise<Exchange> {
  const { base, clock, credentials } = access
  const headers = {
    ...(await brokerHeaders(access)),
    'content-type': 'application/json',
    accept: 'application/json, application/problem+json',
  }
  onSend()
  const response = await access.fetch(`${base}tokens`, {
    method: 'POST',
    headers,
    body: JSON.stringify(request),
    signal,
    redirect: 'error',
    credentials,
  })
  // A stream read to its end may show as a cancelled request in Chromium's tools: only where nothing tells the size.
  const isShort = Number(response.headers.get('content-length') ?? '?') <= MAX_ANSWER_BYTES
  const whole = isShort ? response : await readUpTo(response, MAX_ANSWER_BYTES)
  const text = await whole?.text()
  const body: unknown = attempt(() => JSON.parse(text as string))
  return response.ok ? readAnswer(body, response) : readProblem(body, response, clock.wall())
}

/** Wraps an app's own function in place of HTTP. */
export function createFunctionTransport(broker: BrokerFunction): Transport {
  return async (request, signal, onSend) => {
    onSend()
    return readAnswer(await broker(request, { signal }))
  }
}

/** The app's own headers for the broker, read afresh, with the protocol's version. */
export async function brokerHeaders({ readHeaders }: BrokerAccess): Promise<PlainHeaders> {
  return { ...plain(await readHeaders?.()), [VERSION_HEADER]: PROTOCOL_VERSION }
}

export type PlainHeaders = Record<string, string>

/** Names in lower case, so that what is set later takes the place of what was there. */
export function plain(headers?: HeadersInit): PlainHeaders | undefined {
  return headers && Object.fromEntries(new Headers(headers))
}

function readAnswer(body: unknown, response?: Response): Exchange {
  const answer = parseAnswer(body)
  if (answer) return answer
  const type = response?.headers.get('content-type') ?? ''
  throw new TokenError('malformed_response', type, {
    status: response?.status,
  })
}

function readProblem(body: unknown, { status, headers }: Response, nowWall: number): Exchange {
  const said: Partial<Problem> = Object(body)
  const { error: code, error_description: detail = `${status}`, retryable, request_id } = said
  const retryAt = nowWall + retryAfterMs(said.retry_after, headers, nowWall) || undefined
  const facts = { status, retryable, requestId: request_id, retryAt }
  const error = new TokenError(isAnswerCode(code) ? code : codeOf(status), detail, facts)
  const items = parseItems(said.tokens)
  return { items, error, concernsAll: !items.length && !!retryAt && error.retryable }
}

/** For answers that do not speak the protocol: a gateway in between, or no broker at all. */
function codeOf(status: number): TokenErrorCode {
  if (status === 401) return 'invalid_session'
  return /^(408|425|429|5..)$/.test(`${status}`) ? 'temporarily_unavailable' : 'malformed_response'
}
