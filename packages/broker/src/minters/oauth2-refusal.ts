/** Turns what a token endpoint refuses into the broker's words, with the mend. */
import { ResponseBodyError } from 'oauth4webapi'
import { MintError, type MintErrorCode } from '../minter.ts'
import { retryAfterOf } from '../retry-after.ts'

/** What came back, as far as it did. */
export interface Seen {
  status?: number
  headers?: Headers
}

export interface Failure {
  name: string
  error: unknown
  seen: Seen
  isExchange: boolean
  isAborted: boolean
  now: number
}

const TIMED_OUT = new Set([408, 504])
const MENDS: Readonly<Record<string, string>> = {
  invalid_client: 'check clientId and the client’s credential',
  unauthorized_client: 'the client may not use this grant; allow it at the authorization server',
  unsupported_grant_type: 'the authorization server does not know this grant',
  invalid_scope: 'check the scopes',
  invalid_target: 'check audience and resource',
}

/** Quotes nothing of the answer but the registered error code. */
export function refusalOf(failure: Failure): MintError {
  const { name, error, seen, isAborted, now } = failure
  if (error instanceof MintError) return error
  const { status } = seen
  if (isAborted && status === undefined)
    return new MintError('upstream_timeout', `${name} did not answer in time`)
  if (status === undefined)
    return new MintError(
      'temporarily_unavailable',
      `${name} could not be reached, or the connection broke off; check network, proxy and address`,
      { cause: error },
    )
  const about = `${name} answered ${status}`
  if (status === 429 || (status >= 500 && !TIMED_OUT.has(status)))
    return new MintError('temporarily_unavailable', about, retryAfterOf(seen.headers, now))
  if (TIMED_OUT.has(status)) return new MintError('upstream_timeout', about)
  if (error instanceof ResponseBodyError) return refused(error.error, { ...failure, about })
  if (status === 401) return new MintError('upstream_auth', `${about}: ${MENDS.invalid_client}`)
  return new MintError(
    'upstream_invalid',
    `${about} with what is no answer of a token endpoint; check its address, and what stands before it`,
  )
}

function refused(
  error: string,
  { about, isExchange, seen, now }: Failure & { about: string },
): MintError {
  const code = codeOf(error, isExchange)
  const word = /^[a-z_]{1,40}$/.test(error) ? error : 'an error'
  const mend =
    MENDS[error] ?? (code === 'invalid_target' ? 'the login’s own token was refused' : '')
  return new MintError(
    code,
    `${about}, ${word}${mend === '' ? '' : `: ${mend}`}`,
    code === 'temporarily_unavailable' ? retryAfterOf(seen.headers, now) : {},
  )
}

/** RFC 6749, section 5.2; RFC 8693, section 2.2.2: a subject token that is refused is an invalid request. */
function codeOf(error: string, isExchange: boolean): MintErrorCode {
  switch (error) {
    case 'temporarily_unavailable':
    case 'server_error':
    case 'slow_down':
      return 'temporarily_unavailable'
    case 'invalid_scope':
    case 'invalid_target':
      return 'invalid_target'
    case 'invalid_grant':
    case 'invalid_request':
    case 'access_denied':
      return isExchange ? 'invalid_target' : 'upstream_auth'
    default:
      return 'upstream_auth'
  }
}
