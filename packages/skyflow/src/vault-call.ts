/** One exchange with the vault, under a deadline. */
import { isTokenError } from '@valetkey/client'
import { brokerRefusalIn, vaultRetryAfterMs } from '@valetkey/protocol'
import ky, { type HTTPError, isHTTPError, isTimeoutError, type Options as KyOptions } from 'ky'
import { type AnswerFacts, refusalOf } from './answer.ts'
import { SkyflowError } from './skyflow-error.ts'

/** A vault that can be called: where it is, and a `fetch` that holds its token. */
export interface ReachableVault {
  /** Base URL, ending in `/`. */
  readonly resource: string
  readonly fetch: typeof fetch
}

/** What to ask of the vault, and how to read its answer. */
export interface VaultCall<T> {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Relative to the base URL, query included. */
  path: string
  /** Sent as JSON, a form as it is. */
  body?: unknown
  /** A write is not tried again, and its loss is told. */
  isWrite: boolean
  /** Texts that the call sends: they must not show in an error. */
  sent: readonly string[]
  /** The answer's content, checked. Returns `undefined` if it is not as it should be. */
  parse(content: unknown, facts: AnswerFacts): T | undefined
}

export interface CallRules {
  /** Milliseconds for the whole exchange, retries and a token's renewal included. */
  deadlineMs: number
  signal?: AbortSignal | undefined
}

const JSON_HEADERS = { 'content-type': 'application/json' }
const RETRIED = [502, 503, 504]
const RETRY_DELAY_MS = 250

/**
 * Calls the vault. Reads are tried once more after a network error or 502, 503, 504.
 *
 * @throws {SkyflowError} for anything but the answer hoped for.
 * @throws {TokenError} if the token was lost on the way and no other can be had.
 */
export async function callVault<T>(
  vault: ReachableVault,
  call: VaultCall<T>,
  rules: CallRules,
): Promise<T> {
  const body = bodyOf(call)
  let facts: AnswerFacts = { status: 0, sent: call.sent }

  // ky hands over a Request, whose body is a stream; a text can be sent again after a 401, whatever its size.
  async function send(input: string | URL | Request): Promise<Response> {
    const { url, method, headers, signal } = new Request(input)
    const response = await vault.fetch(url, { method, headers, signal, ...(body && { body }) })
    facts = factsOf(response, call.sent)
    return response
  }

  try {
    const isJson = typeof body === 'string'
    const options = { ...kyOptions(call, isJson, rules), fetch: send }
    const text = await ky(vault.resource + call.path, options).text()
    const value = call.parse(JSON.parse(text), facts)
    if (value !== undefined) return value
  } catch (error) {
    throw errorOf(error, { call, facts, signal: rules.signal })
  }
  throw malformed(call, facts)
}

function bodyOf({ body }: VaultCall<unknown>): string | FormData | undefined {
  return body === undefined || body instanceof FormData ? body : JSON.stringify(body)
}

function kyOptions(
  call: VaultCall<unknown>,
  isJson: boolean,
  { deadlineMs, signal }: CallRules,
): KyOptions {
  return {
    method: call.method,
    // The type of a form names its own boundary.
    ...(isJson && { headers: JSON_HEADERS }),
    ...(signal && { signal }),
    timeout: false,
    totalTimeout: deadlineMs,
    retry: {
      limit: call.isWrite ? 0 : 1,
      methods: ['get', 'post'],
      statusCodes: RETRIED,
      // Browsers cannot read a vault's Retry-After, so nothing may hang on it elsewhere.
      afterStatusCodes: [],
      delay: () => RETRY_DELAY_MS,
      jitter: true,
    },
  }
}

function factsOf({ status, headers }: Response, sent: readonly string[]): AnswerFacts {
  const requestId = headers.get('x-request-id') ?? ''
  return { status, sent, ...(/^[\w.:-]{1,100}$/.test(requestId) && { requestId }) }
}

interface CallContext {
  call: VaultCall<unknown>
  facts: AnswerFacts
  signal: AbortSignal | undefined
}

/** What the caller is told. A caller who gave up gets the reason of its own signal. */
function errorOf(error: unknown, { call, facts, signal }: CallContext): unknown {
  if (signal?.aborted) return signal.reason
  if (error instanceof SkyflowError || isTokenError(error)) return error
  const uncertain = call.isWrite
  if (isHTTPError(error)) return refused(error, { call, facts, signal })
  if (isTimeoutError(error))
    return new SkyflowError('vault_timeout', 'The vault did not answer in time', { uncertain })
  // The parser's message quotes the answer, so it is not kept as the cause.
  if (error instanceof SyntaxError) return malformed(call, facts)
  const message =
    facts.status === 0
      ? 'The vault could not be reached'
      : 'The connection to the vault broke off within the answer'
  return new SkyflowError('vault_unreachable', message, {
    requestId: facts.requestId,
    uncertain,
    cause: error instanceof Error ? (error.cause ?? error) : error,
  })
}

function refused({ response, data }: HTTPError, { call, facts }: CallContext): SkyflowError {
  const { status, headers } = response
  const own = brokerRefusalIn(headers, data)
  if (own) {
    const message = `The broker answered ${status} (${own.reason ?? 'no code'})`
    return new SkyflowError('broker_refused', message, {
      status,
      requestId: facts.requestId,
      ...own,
    })
  }
  return refusalOf(data, facts, {
    retryAfterMs: vaultRetryAfterMs(headers),
    uncertain: call.isWrite && status >= 500,
  })
}

function malformed({ isWrite }: VaultCall<unknown>, facts: AnswerFacts): SkyflowError {
  const { status, requestId } = facts
  const message = `The answer of the vault (${status}) does not have the shape of Skyflow's`
  return new SkyflowError('malformed_answer', message, { status, requestId, uncertain: isWrite })
}
