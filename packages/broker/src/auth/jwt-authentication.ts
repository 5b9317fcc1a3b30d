/** Verifies the app's own bearer JWT, by the keys of whoever signs it. */
import { errors, type JWTPayload, jwtVerify } from 'jose'
import { completeClock } from '../clock.ts'
import { BrokerConfigError } from '../config-error.ts'
import type { AccessRules, Principal } from '../types.ts'
import { type JwtAuthenticationOptions, jwtOptionFaults } from './jwt-options.ts'
import { createVerificationKeys, JwksUnavailableError } from './verification-keys.ts'

export type { JwtAuthenticationOptions } from './jwt-options.ts'
export { JwksUnavailableError } from './verification-keys.ts'

/** The user, with all that the verified token says. */
export interface JwtPrincipal extends Principal {
  readonly claims: JWTPayload
}

const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519']
const LOGIN_CLAIMS = ['sid', 'session_id', 'session_state', 'origin_jti', 'auth_time']
const CLOCK_TOLERANCE_MS = 5_000

/**
 * An `authenticate` for apps whose login is a bearer JWT (Auth0, Cognito, Clerk, Keycloak, Entra, Supabase …).
 * A token that is missing, expired, for another audience or badly signed is nobody's: 401. Keys that cannot be
 * fetched throw `JwksUnavailableError`: 503, so that an outage of the login service signs nobody out.
 *
 * @throws {BrokerConfigError} at start-up, naming every option to mend.
 *
 * @example
 * ```ts
 * authenticate: jwtAuthentication({
 *   jwksUrl: 'https://login.example/.well-known/jwks.json',
 *   issuer: 'https://login.example/',
 *   audience: 'https://api.example',
 * })
 * ```
 */
export function jwtAuthentication(
  options: JwtAuthenticationOptions,
): AccessRules<JwtPrincipal>['authenticate'] {
  const faults = jwtOptionFaults(options)
  if (faults.length > 0) throw new BrokerConfigError(faults, 'jwtAuthentication')
  const clock = completeClock(options.clock)
  const keyOf = createVerificationKeys(options, clock)
  const { issuer, audience, typ, subjectClaim = 'sub' } = options
  const rules = {
    issuer,
    audience,
    algorithms: [...(options.algorithms ?? ALGORITHMS)],
    requiredClaims: ['exp', subjectClaim],
    clockTolerance: (options.clockToleranceMs ?? CLOCK_TOLERANCE_MS) / 1000,
    ...(typ !== undefined && { typ }),
  }
  const read = options.token ?? bearerOf

  return async (request) => {
    const token = read(request)
    if (!token) return null
    try {
      const { payload } = await jwtVerify(token, keyOf, {
        ...rules,
        currentDate: new Date(clock.now()),
      })
      return principalOf(payload, options)
    } catch (error) {
      if (error instanceof errors.JOSEError && !(error instanceof JwksUnavailableError)) return null
      throw error
    }
  }
}

function bearerOf(request: Request): string | undefined {
  return /^Bearer +([\w.~+/-]+=*)$/i.exec(request.headers.get('Authorization') ?? '')?.[1]
}

function principalOf(claims: JWTPayload, options: JwtAuthenticationOptions): JwtPrincipal | null {
  const subject = claims[options.subjectClaim ?? 'sub']
  // Somebody has signed a token that names nobody.
  if (typeof subject !== 'string' || subject === '') return null
  const { login = (facts: JWTPayload) => loginOf(facts, subject), context } = options
  const expiresAt = options.expiresAt ? options.expiresAt(claims) : (claims.exp ?? 0) * 1000
  return {
    subject,
    login: login(claims),
    roles: rolesIn(claims, options.roles),
    claims,
    ...(expiresAt !== undefined && { expiresAt }),
    ...(context && { context: context(claims) }),
  }
}

function loginOf(claims: JWTPayload, subject: string): string {
  const claim = LOGIN_CLAIMS.find((name) => isText(claims[name]))
  return claim === undefined ? subject : JSON.stringify([subject, claims[claim]])
}

function isText(value: unknown): boolean {
  return (typeof value === 'string' && value !== '') || typeof value === 'number'
}

function rolesIn(
  claims: JWTPayload,
  roles: JwtAuthenticationOptions['roles'] = 'roles',
): readonly string[] {
  if (typeof roles === 'function') return roles(claims)
  const listed = claims[roles]
  return Array.isArray(listed) ? listed.filter((role) => typeof role === 'string') : []
}
