/** Lets a request through to the enterprise API if its token is good. */
import type { MiddlewareHandler } from 'hono'
import { getCookie } from 'hono/cookie'
import type { WaltidContext, WaltidEnvironment, WaltidState } from './environment.ts'
import { expiredToken, invalidCredentials, noCredentials } from './errors.ts'
import type { Role } from './permissions.ts'
import type { SessionClaims } from './session-token.ts'

export function authenticate(state: WaltidState): MiddlewareHandler<WaltidEnvironment> {
  return async (context, next) => {
    const token = tokenIn(context)
    if (token === undefined) throw noCredentials()
    const claims = state.tokens.read(token)
    if (!claims || state.conditions.isRevoked(token, undefined)) throw invalidCredentials()
    const now = state.conditions.now()
    if (claims.exp !== undefined && claims.exp * 1000 <= now)
      throw expiredToken(now - claims.exp * 1000)
    context.set('roles', rolesOf(state, claims, now))
    return next()
  }
}

/** The library's order: its own header, Bearer, cookies. A stray cookie never wins over a header. */
function tokenIn(context: WaltidContext): string | undefined {
  const [, bearer] = /^Bearer +(\S+)$/i.exec(context.req.header('authorization') ?? '') ?? []
  return (
    context.req.header('ktor-authnz-auth') ??
    bearer ??
    getCookie(context, 'ktor-authnz-auth') ??
    getCookie(context, 'auth.token')
  )
}

/** @throws {WaltidError} 401 for a key or a login that is over, at the millisecond. */
function rolesOf(
  { store, organization }: WaltidState,
  { sub, session }: SessionClaims,
  now: number,
): readonly Role[] {
  const { keys, roles, logins } = store()
  const login = logins.get(session)
  const key = [...keys.values()].find(({ subject }) => subject === sub && session === `api-${sub}`)
  const holder = login ? { ...login, roles: [`${organization}.admin`] } : key
  if (!holder || (holder.expiresAtMs !== undefined && holder.expiresAtMs <= now))
    throw invalidCredentials()
  return [...holder.roles].flatMap((id) => roles.get(id) ?? [])
}
