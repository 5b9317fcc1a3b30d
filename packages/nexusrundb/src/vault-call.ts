/** One exchange with the database, under a deadline. */
import { isTokenError } from '@valetkey/client'
import { brokerRefusalIn, vaultRetryAfterMs } from '@valetkey/protocol'
import ky, { type HTTPError, isHTTPError, isTimeoutError, type Options as KyOptions } from 'ky'
import type { Route } from './api.ts'
import { NexusRunDbError, type NexusRunDbErrorCode } from './nexusrundb-error.ts'

/** A database that can be called: where it is, and a `fetch` that holds its token. */
export interface ReachableVault {
  /** Base URL, ending in `/`. */
  readonly resource: string
  readonly fetch: typeof fetch
}

/** What to ask of the database. */
export interface VaultCall extends Route {
  readonly query?: Readonly<Record<string, string>>
  /** JSON. */
  readonly body?: string
  /** What the documented status 400 means for this call. @default 'invalid_request' */
  readonly badRequest?: NexusRunDbErrorCode
}

export interface CallRules {
  /** Milliseconds for the whole exchange, retries and a token's renewal included. */
  deadlineMs: number
  signal?: AbortSignal | undefined
}

const BY_STATUS: Readonly<Record<number, NexusRunDbErrorCode>> = {
  401: 'unauthorized',
  402: 'license_inactive',
  403: 'forbidden',
  404: 'not_found',
  408: 'vault_timeout',
  409: 'conflict',
  429: 'rate_limited',
  502: 'vault_unavailable',
  503: 'vault_unavailable',
  504: 'vault_unavailable',
}
const BAD_REQUEST = 400
const FIRST_SERVER_ERROR = 500
const RETRIED = [502, 503, 504]
const RETRY_DELAY_MS = 250

/**
 * Calls the database and gives its answer as text. Reads are tried once more after a network error or 502, 503,
 * 504.
 *
 * @throws {NexusRunDbError} for anything but the answer hoped for.
 * @throws {TokenError} if the token was lost on the way and no other can be had.
 */
export async function callVault(
  vault: ReachableVault,
  call: VaultCall,
  rules: CallRules,
): Promise<{ text: string; contentType: string }> {
  let response: Response | undefined

  // ky hands over a Request, whose body is a stream; a text can be sent again after a 401.
  async function send(input: string | URL | Request): Promise<Response> {
    const { url, method, headers, signal } = new Request(input)
    const { body } = call
    const init = { method, headers, signal, ...(body !== undefined && { body }) }
    response = await vault.fetch(url, init)
    return response
  }

  try {
    const url = vault.resource + call.path + queryOf(call)
    const text = await ky(url, { ...kyOptions(call, rules), fetch: send }).text()
    const contentType = response?.headers.get('content-type') ?? ''
    // Whoever asks for no content would otherwise take a login page for a success.
    if (contentType.startsWith('text/html')) throw malformed(call)
    return { text, contentType }
  } catch (error) {
    throw errorOf(error, { call, wasAnswered: response !== undefined, signal: rules.signal })
  }
}

/** The answer does not have the shape it should have; a write may have been carried out all the same. */
export function malformed({ method }: Pick<VaultCall, 'method'>): NexusRunDbError {
  const message = "The answer does not have the shape of NexusRunDB's"
  return new NexusRunDbError('malformed_answer', message, { uncertain: isWrite(method) })
}

function isWrite(method: string): boolean {
  return method !== 'GET'
}

function queryOf({ query = {} }: VaultCall): string {
  const text = new URLSearchParams(query).toString()
  return text === '' ? '' : `?${text}`
}

function kyOptions({ method, body }: VaultCall, { deadlineMs, signal }: CallRules): KyOptions {
  return {
    method,
    headers: {
      accept: 'application/json',
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(signal && { signal }),
    timeout: false,
    totalTimeout: deadlineMs,
    retry: {
      limit: isWrite(method) ? 0 : 1,
      methods: ['get'],
      statusCodes: RETRIED,
      // Browsers cannot read a vault's Retry-After, so nothing may hang on it elsewhere.
      afterStatusCodes: [],
      delay: () => RETRY_DELAY_MS,
      jitter: true,
    },
  }
}

interface CallContext {
  call: VaultCall
  wasAnswered: boolean
  signal: AbortSignal | undefined
}

/** What the caller is told. A caller who gave up gets the reason of its own signal. */
function errorOf(error: unknown, { call, wasAnswered, signal }: CallContext): unknown {
  if (signal?.aborted) return signal.reason
  if (error instanceof NexusRunDbError || isTokenError(error)) return error
  const uncertain = isWrite(call.method)
  if (isHTTPError(error)) return refused(error, call)
  if (isTimeoutError(error))
    return new NexusRunDbError('vault_timeout', 'NexusRunDB did not answer in time', { uncertain })
  const message = wasAnswered
    ? 'The connection to NexusRunDB broke off within the answer'
    : 'NexusRunDB could not be reached'
  return new NexusRunDbError('vault_unreachable', message, {
    uncertain,
    cause: error instanceof Error ? (error.cause ?? error) : error,
  })
}

/** By the status alone: nothing is documented of what an error's body holds. */
function refused({ response, data }: HTTPError, call: VaultCall): NexusRunDbError {
  const { status, headers } = response
  const own = brokerRefusalIn(headers, data)
  if (own) {
    const message = `The broker answered ${status} (${own.reason ?? 'no code'})`
    return new NexusRunDbError('broker_refused', message, { status, ...own })
  }
  return new NexusRunDbError(codeOf(status, call), `NexusRunDB answered ${status}`, {
    status,
    retryAfterMs: vaultRetryAfterMs(headers),
    uncertain: isWrite(call.method) && status >= FIRST_SERVER_ERROR,
  })
}

function codeOf(
  status: number,
  { badRequest = 'invalid_request' }: VaultCall,
): NexusRunDbErrorCode {
  if (status === BAD_REQUEST) return badRequest
  return BY_STATUS[status] ?? (status >= FIRST_SERVER_ERROR ? 'vault_error' : 'invalid_request')
}
