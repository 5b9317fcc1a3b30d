/** Makes a principal of the app's own session, wherever that is kept. */
import type { AccessRules, AuthenticateOptions, Principal } from '../types.ts'

/** What the broker needs to know of a session. */
export interface SessionFacts {
  /** A stable id of the user. */
  readonly userId: string
  /** The session's own id. It must be another after every sign-in. */
  readonly sessionId?: string
  /** When the user signed in, where a session has no id: epoch milliseconds, a date or its text. */
  readonly signedInAt?: number | string | Date
  /** When the session ends. No token outlives it. */
  readonly expiresAt?: number | string | Date | null
  readonly roles?: readonly string[]
  /** Facts for minters that put some into their tokens. Plain JSON. */
  readonly context?: unknown
}

/** The user, with the session as it was read for `authorize` to look at. */
export interface SessionPrincipal<S> extends Principal {
  readonly session: S
}

type Read<S> = (
  request: Request,
  options: AuthenticateOptions,
) => S | null | undefined | Promise<S | null | undefined>

/**
 * An `authenticate` that asks the app's session store. `read` gives the session of a request, or nothing; a
 * throw of it is answered by 503, so that a store that is down signs nobody out. `factsOf` says where in the
 * session the facts are, and is not needed where it holds them by these names.
 *
 * @example
 * ```ts
 * authenticate: sessionAuthentication((request) => sessions.get(readCookie(request, '__Host-session')))
 * ```
 */
export function sessionAuthentication<S extends SessionFacts>(
  read: Read<S>,
): AccessRules<SessionPrincipal<S>>['authenticate']
export function sessionAuthentication<S>(
  read: Read<S>,
  factsOf: (session: S) => SessionFacts,
): AccessRules<SessionPrincipal<S>>['authenticate']
export function sessionAuthentication<S>(
  read: Read<S>,
  factsOf: (session: S) => SessionFacts = (session) => session as SessionFacts,
): AccessRules<SessionPrincipal<S>>['authenticate'] {
  return async (request, options) => {
    const session = await read(request, options)
    return session === null || session === undefined ? null : principalOf(session, factsOf(session))
  }
}

/** The value of one cookie, percent-decoded as browsers' libraries encode it; `undefined` if it is not there. */
export function readCookie(request: Request, name: string): string | undefined {
  const pairs = (request.headers.get('Cookie') ?? '').split(';').map((pair) => pair.trim())
  // Of two of one name the first is the one with the longer path, as browsers send them (RFC 6265, section 5.4).
  const value = pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1)
  if (value === undefined) return undefined
  try {
    return decodeURIComponent(value.replace(/^"(.*)"$/, '$1'))
  } catch {
    return value
  }
}

function principalOf<S>(session: S, facts: SessionFacts): SessionPrincipal<S> {
  const { userId, expiresAt, roles, context } = facts
  const endsAt = instantOf(expiresAt, 'expiresAt')
  return {
    subject: userId,
    login: loginOf(facts),
    session,
    ...(endsAt !== undefined && { expiresAt: endsAt }),
    ...(roles !== undefined && { roles }),
    ...(context !== undefined && { context }),
  }
}

/** Another after every sign-in, so that browsers forget what they hold. */
function loginOf({ userId, sessionId, signedInAt }: SessionFacts): string {
  if (sessionId !== undefined) return sessionId
  const since = instantOf(signedInAt, 'signedInAt')
  if (since !== undefined) return `${userId} ${since}`
  throw new TypeError('sessionAuthentication: the session has neither sessionId nor signedInAt')
}

/** Epoch milliseconds. Throws, and the broker answers 503: a login whose end cannot be read is not endless. */
function instantOf(value: unknown, name: string): number | undefined {
  if (value === undefined || value === null) return undefined
  const instant =
    typeof value === 'string' || value instanceof Date ? new Date(value).getTime() : value
  if (typeof instant === 'number' && Number.isFinite(instant)) return instant
  throw new TypeError(`sessionAuthentication: ${name} of the session is no instant`)
}
