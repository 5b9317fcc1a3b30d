/** Asks the app's own login who sent a request. */
import { sha256 } from '@noble/hashes/sha2.js'
import type { Clock } from './clock.ts'
import { inTime } from './deadline.ts'
import type { Report } from './events.ts'
import { OAuthError } from './oauth-error.ts'
import { describeError } from './redact.ts'
import type { AccessRules, AuthenticateOptions, Principal } from './types.ts'

/** A login that ends within this has ended: no token could be of use. */
const LEAST_LOGIN_MS = 1_000

export interface Login<P extends Principal = Principal> {
  readonly principal: P
  /** What the browser knows the login by. */
  readonly session: string
}

export interface AuthenticationParts<P extends Principal> {
  authenticate: AccessRules<P>['authenticate']
  clock: Required<Clock>
  timeoutMs: number
  report: Report
}

export type Authentication<P extends Principal> = (
  request: Request,
  options: AuthenticateOptions & { requestId: string },
) => Promise<Login<P>>

/** Rejects with `invalid_session`, or with `temporarily_unavailable` where the login itself is out of order. */
export function createAuthentication<P extends Principal>(
  parts: AuthenticationParts<P>,
): Authentication<P> {
  const { authenticate, clock, timeoutMs, report } = parts

  return async (request, { background, requestId }) => {
    const onTimeout = (): Error => new Error(`did not answer within ${timeoutMs} ms`)
    const principal = await inTime({ clock, timeoutMs, onTimeout }, () =>
      authenticate(request, { background }),
    ).catch((error: unknown) => {
      report({ event: 'fault', where: 'authenticate', requestId, detail: describeError(error) })
      throw new OAuthError('temporarily_unavailable', 'The login cannot be checked right now')
    })
    if (principal === null || principal === undefined)
      throw new OAuthError('invalid_session', 'Nobody is signed in')
    const fault = faultOf(principal)
    if (fault) {
      report({ event: 'fault', where: 'authenticate', requestId, detail: fault })
      throw new OAuthError('server_error', 'The login was not understood')
    }
    if (principal.expiresAt !== undefined && principal.expiresAt < clock.now() + LEAST_LOGIN_MS)
      throw new OAuthError('invalid_session', 'The login has ended')
    return { principal, session: sessionOf(principal) }
  }
}

function faultOf({ subject, login, expiresAt, context }: Principal): string | undefined {
  if (typeof subject !== 'string' || subject === '')
    return 'subject is not a string with characters'
  if (typeof login !== 'string' || login === '') return 'login is not a string with characters'
  if (expiresAt !== undefined && !Number.isFinite(expiresAt))
    return 'expiresAt is not a number of epoch milliseconds'
  try {
    JSON.stringify(context)
  } catch {
    return 'context is not plain JSON'
  }
  return undefined
}

/** What was hashed before, since the same few logins ask again and again. */
const known = new Map<string, string>()
const MOST_KNOWN = 10_000

/** The same in every process. A JSON array, since `a` + `bc` and `ab` + `c` are two logins. */
function sessionOf({ subject, login }: Principal): string {
  const text = `valetkey session 1\n${JSON.stringify([subject, login])}`
  let session = known.get(text)
  if (session === undefined) {
    session = hashOf(text)
    if (known.size >= MOST_KNOWN) known.clear()
    known.set(text, session)
  }
  return session
}

function hashOf(text: string): string {
  // Not by Web Crypto, whose detour over another thread costs more than the hash.
  const digest = sha256(new TextEncoder().encode(text))
  return btoa(String.fromCharCode(...digest))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '')
}
