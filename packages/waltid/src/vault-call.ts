/** One look at walt.id, under a deadline. */
import { isTokenError } from '@valetkey/client'
import ky, { isHTTPError, isTimeoutError } from 'ky'
import { refusalOf } from './refusal.ts'
import { WaltidError } from './waltid-error.ts'

/** A walt.id that can be called: where it is, and a `fetch` that holds its key. */
export interface ReachableVault {
  /** Base URL, ending in `/`. */
  readonly resource: string
  readonly fetch: typeof fetch
}

export interface VaultLook<T> {
  /** Relative to the base URL. */
  path: string
  /** The answer's content, checked. Returns `undefined` if it is not as it should be. */
  parse: (content: unknown) => T | undefined
}

export interface CallRules {
  /** Milliseconds for the whole exchange, retries and a key's renewal included. */
  deadlineMs: number
  signal?: AbortSignal | undefined
}

const RETRIED = [502, 503, 504]
const RETRY_DELAY_MS = 250

/**
 * Reads. Tried once more after a network error or 502, 503, 504.
 *
 * @throws {WaltidError} for anything but the answer hoped for.
 * @throws {TokenError} if the key was lost on the way and no other can be had.
 */
export async function look<T>(
  vault: ReachableVault,
  { path, parse }: VaultLook<T>,
  { deadlineMs, signal }: CallRules,
): Promise<T> {
  let answered: { status: number; headers: Headers } | undefined
  async function send(input: string | URL | Request): Promise<Response> {
    const { url, headers, signal: within } = new Request(input)
    answered = undefined
    const response = await vault.fetch(url, { headers, signal: within })
    answered = response
    return response
  }

  try {
    const text = await ky(vault.resource + path, {
      ...(signal && { signal }),
      fetch: send,
      timeout: false,
      totalTimeout: deadlineMs,
      retry: {
        limit: 1,
        methods: ['get'],
        statusCodes: RETRIED,
        // Browsers cannot read a vault's Retry-After, so nothing may hang on it elsewhere.
        afterStatusCodes: [],
        delay: () => RETRY_DELAY_MS,
        jitter: true,
      },
    }).text()
    const value = parse(JSON.parse(text))
    if (value !== undefined) return value
  } catch (error) {
    throw errorOf(error, signal, answered)
  }
  throw malformed(answered?.status)
}

/** What the caller is told. A caller who gave up gets the reason of its own signal. */
function errorOf(
  error: unknown,
  signal: AbortSignal | undefined,
  answered: { status: number } | undefined,
): unknown {
  if (signal?.aborted) return signal.reason
  if (error instanceof WaltidError || isTokenError(error)) return error
  if (isHTTPError(error)) {
    const { status, headers } = error.response
    const { data } = error
    return refusalOf({
      status,
      headers,
      text: typeof data === 'string' ? data : JSON.stringify(data ?? ''),
    })
  }
  if (isTimeoutError(error))
    return new WaltidError('vault_timeout', 'walt.id did not answer in time')
  // The parser's message quotes the answer, so it is not kept as the cause.
  if (error instanceof SyntaxError) return malformed(answered?.status)
  const message = answered
    ? 'The connection to walt.id broke off within the answer'
    : 'walt.id could not be reached'
  const cause = error instanceof Error ? (error.cause ?? error) : error
  return new WaltidError('vault_unreachable', message, { cause })
}

function malformed(status: number | undefined): WaltidError {
  const message = `The answer (${status}) does not have the shape of walt.id's`
  return new WaltidError('malformed_answer', message, { status })
}
