/** One call of Skyflow's management API, under a deadline, never repeated. */
import { retryAfterOf } from '@valetkey/broker/upstream'
import { safeRequestId } from '../minter/refusal.ts'
import {
  SkyflowManagementError,
  type SkyflowManagementErrorCode,
} from './skyflow-management-error.ts'

export interface ManagementAccess {
  /** Without a slash at its end. */
  manageUrl: string
  /** For the header `X-SKYFLOW-ACCOUNT-ID`. */
  accountId: string
  bearer: (signal: AbortSignal) => Promise<string>
  deadlineMs: number
  fetch: typeof fetch
}

export interface ManagementCall<T> {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  path: string
  body?: object
  /** What the answer says, or `undefined` where it is not as it should be. */
  read(content: unknown): T | undefined
}

const BY_STATUS: Readonly<Record<number, SkyflowManagementErrorCode>> = {
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  408: 'timeout',
  429: 'rate_limited',
  504: 'timeout',
}
const FIRST_SERVER_ERROR = 500
const MAX_CHARACTERS = 1_048_576

/** @throws {SkyflowManagementError} for anything but the answer hoped for. */
export async function callManagement<T>(
  access: ManagementAccess,
  call: ManagementCall<T>,
): Promise<T> {
  const signal = AbortSignal.timeout(access.deadlineMs)
  const bearer = await bearerOf(access, signal)
  const response = await send(access, call, { bearer, signal })
  const facts = { status: response.status, requestId: safeRequestId(response.headers) }
  if (!response.ok) throw refusalOf(response, call)
  const text = await textOf(response, { signal, uncertain: isChange(call), ...facts })
  const value = call.read(jsonOf(text))
  if (value !== undefined) return value
  const message = `The answer of Skyflow's management API (${about(facts)}) is not of the shape expected`
  throw new SkyflowManagementError('malformed_answer', message, {
    ...facts,
    uncertain: isChange(call),
  })
}

/** An app's own function may throw, or never answer. */
async function bearerOf({ bearer }: ManagementAccess, signal: AbortSignal): Promise<string> {
  const overdue = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(lost(signal, { uncertain: false })), {
      once: true,
    })
  })
  try {
    return await Promise.race([bearer(signal), overdue])
  } catch (cause) {
    if (cause instanceof SkyflowManagementError) throw cause
    const message = 'No bearer for the management API: `bearer` failed'
    throw new SkyflowManagementError('unauthorized', message, { cause })
  }
}

interface Facts {
  status: number
  requestId: string | undefined
}

interface Sending {
  bearer: string
  signal: AbortSignal
}

async function send(
  { manageUrl, accountId, fetch: request }: ManagementAccess,
  call: ManagementCall<unknown>,
  { bearer, signal }: Sending,
): Promise<Response> {
  const { method, path, body } = call
  try {
    return await request(manageUrl + path, {
      method,
      headers: {
        accept: 'application/json',
        authorization: `Bearer ${bearer}`,
        'x-skyflow-account-id': accountId,
        ...(body && { 'content-type': 'application/json' }),
      },
      redirect: 'manual',
      signal,
      ...(body && { body: JSON.stringify(body) }),
    })
  } catch (cause) {
    throw lost(signal, { uncertain: isChange(call), cause })
  }
}

function refusalOf(
  { status, headers, body }: Response,
  call: ManagementCall<unknown>,
): SkyflowManagementError {
  body?.cancel().catch(() => {})
  const facts = { status, requestId: safeRequestId(headers) }
  const message = `Skyflow's management API answered ${about(facts)}`
  return new SkyflowManagementError(codeOf(status), message, {
    ...facts,
    ...retryAfterOf(headers, Date.now()),
    uncertain: isChange(call) && status >= FIRST_SERVER_ERROR,
  })
}

function codeOf(status: number): SkyflowManagementErrorCode {
  // A redirect is not followed: the bearer goes to this address alone.
  if (status < 400) return 'malformed_answer'
  return BY_STATUS[status] ?? (status >= FIRST_SERVER_ERROR ? 'unavailable' : 'invalid_request')
}

async function textOf(
  response: Response,
  { signal, ...facts }: Facts & { signal: AbortSignal; uncertain: boolean },
): Promise<string> {
  try {
    const text = await response.text()
    return text.slice(0, MAX_CHARACTERS)
  } catch (cause) {
    throw lost(signal, { ...facts, cause })
  }
}

function lost(
  signal: AbortSignal,
  facts: ErrorOptions & Partial<Facts> & { uncertain: boolean },
): SkyflowManagementError {
  return signal.aborted
    ? new SkyflowManagementError(
        'timeout',
        "Skyflow's management API did not answer in time",
        facts,
      )
    : new SkyflowManagementError(
        'unreachable',
        "Skyflow's management API could not be reached, or the connection broke off",
        facts,
      )
}

function isChange({ method }: ManagementCall<unknown>): boolean {
  return method !== 'GET'
}

function about({ status, requestId }: Facts): string {
  return requestId === undefined ? String(status) : `${status}, request ${requestId}`
}

/** The parser's own words quote the answer, so they are not kept. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
