/** The options of the JWT login, with all that can be wrong with them. */
import type { JSONWebKeySet, JWTPayload } from 'jose'
import type { Clock } from '../clock.ts'
import type { ConfigFault } from '../config-error.ts'
import { unknownOptionFaults } from '../unknown-options.ts'

export interface JwtAuthenticationOptions {
  /** Where the login service publishes its keys: https, or http on this machine. */
  jwksUrl?: string
  /** The keys themselves, instead. */
  jwks?: JSONWebKeySet
  /** Must equal the `iss` of a token. */
  issuer: string | string[]
  /** Must be among the `aud` of a token: the name of your app or API, so that no other app's token will do. */
  audience: string | string[]
  /** @default ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'] */
  algorithms?: readonly string[]
  /** The claim that names the user. @default 'sub' */
  subjectClaim?: string
  /**
   * What tells one login from the next; it must stay the same when the token of a login is renewed, since
   * browsers forget what they hold when it changes. @default the first of sid, session_id, session_state,
   * origin_jti, auth_time that is there; else the user alone, so that a new sign-in of the same user is not told
   */
  login?: (claims: JWTPayload) => string
  /** The roles for `grants`, or the claim that lists them. @default 'roles' */
  roles?: string | ((claims: JWTPayload) => readonly string[])
  /** When the login ends, in epoch milliseconds. @default when the token does */
  expiresAt?: (claims: JWTPayload) => number | undefined
  /** Facts for minters that put some into their tokens. @default none */
  context?: (claims: JWTPayload) => unknown
  /** Where the token is in a request. @default `Authorization: Bearer …` */
  token?: (request: Request) => string | null | undefined
  /** Must equal the `typ` of the header, for example `at+jwt` (RFC 9068). @default any */
  typ?: string
  /** How much the clocks may differ, in milliseconds. @default 5000 */
  clockToleranceMs?: number
  /** How long fetched keys are used, in milliseconds. @default 600000 */
  jwksMaxAgeMs?: number
  /** How long no fetch follows another: for a key that is not known, and after a failure. @default 30000, 3000 */
  jwksCooldownMs?: number
  /** How long a fetch of keys may take, in milliseconds. @default 5000 */
  jwksTimeoutMs?: number
  fetch?: typeof fetch
  clock?: Clock
}

const OPTIONS = [
  'jwksUrl',
  'jwks',
  'issuer',
  'audience',
  'algorithms',
  'subjectClaim',
  'login',
  'roles',
  'expiresAt',
  'context',
  'token',
  'typ',
  'clockToleranceMs',
  'jwksMaxAgeMs',
  'jwksCooldownMs',
  'jwksTimeoutMs',
  'fetch',
  'clock',
]
/** Those whose verifying key is no secret. With a shared one, whoever can verify can sign. */
const ASYMMETRIC = /^((RS|PS|ES)(256|384|512)|EdDSA|Ed25519)$/
const LOOPBACK = /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/

export function jwtOptionFaults(options: JwtAuthenticationOptions): ConfigFault[] {
  const { jwksUrl, jwks, algorithms = ['RS256'] } = options
  const faults = unknownOptionFaults(options, OPTIONS, 'jwtAuthentication')
  if ((jwksUrl === undefined) === (jwks === undefined))
    faults.push({
      field: 'jwksUrl',
      fault: 'must stand alone, or jwks must',
      mend: 'give one of the two',
    })
  if (jwksUrl !== undefined && !isSafe(jwksUrl))
    faults.push({
      field: 'jwksUrl',
      fault: 'is no address that keys may come from',
      mend: 'give https://…, or http:// on this machine (localhost)',
    })
  if (jwks !== undefined && !Array.isArray(jwks.keys))
    faults.push({ field: 'jwks', fault: 'is no key set', mend: 'give { keys: [ … ] }' })
  for (const field of ['issuer', 'audience'] as const)
    if (!isNamed(options[field]))
      faults.push({
        field,
        fault: 'is missing',
        mend: 'without it, tokens that were made for others would be taken',
      })
  const bad = algorithms.find((algorithm) => !ASYMMETRIC.test(algorithm))
  if (bad !== undefined || algorithms.length === 0)
    faults.push({
      field: 'algorithms',
      fault: 'holds what is not to be trusted here, or nothing',
      mend: 'list signatures by key pair: RS256, PS256, ES256, EdDSA and their like',
    })
  return faults
}

function isNamed(value: unknown): boolean {
  const names = Array.isArray(value) ? value : [value]
  return names.length > 0 && names.every((name) => typeof name === 'string' && name !== '')
}

function isSafe(address: string): boolean {
  const url = URL.parse(address)
  if (!url) return false
  return url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.test(url.hostname))
}
