/** The keys that the app's JWTs are verified with: given, or fetched and kept for a while. */
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  errors,
  type JWTVerifyGetKey,
} from 'jose'
import type { Clock } from '../clock.ts'
import type { JwtAuthenticationOptions } from './jwt-options.ts'

const MAX_AGE_MS = 600_000
const COOLDOWN_MS = 30_000
const FAILURE_COOLDOWN_MS = 3_000
const TIMEOUT_MS = 5_000

/** Thrown where the keys could not be fetched, which says nothing about the token. The broker answers 503. */
export class JwksUnavailableError extends errors.JOSEError {
  static override readonly code = 'ERR_JWKS_UNAVAILABLE'
  override readonly name = 'JwksUnavailableError'
  override readonly code = 'ERR_JWKS_UNAVAILABLE'
}

/**
 * Finds the key of a token. A key that is not in the set makes one fetch in the cooldown, and so does a failure,
 * whatever strangers send.
 */
export function createVerificationKeys(
  options: JwtAuthenticationOptions,
  clock: Required<Clock>,
): JWTVerifyGetKey {
  const { jwksUrl, jwks, fetch: send = (input, init) => globalThis.fetch(input, init) } = options
  if (jwks) return createLocalJWKSet(jwks)
  const keys = createRemoteJWKSet(new URL(jwksUrl ?? ''), {
    timeoutDuration: options.jwksTimeoutMs ?? TIMEOUT_MS,
    cooldownDuration: options.jwksCooldownMs ?? COOLDOWN_MS,
    cacheMaxAge: options.jwksMaxAgeMs ?? MAX_AGE_MS,
    [customFetch]: (input, init) => send(input, init),
  })
  const failureCooldownMs = Math.min(
    options.jwksCooldownMs ?? FAILURE_COOLDOWN_MS,
    FAILURE_COOLDOWN_MS,
  )
  let failure: { error: JwksUnavailableError; at: number } | undefined

  return async (header, token) => {
    // Known keys are not fetched, so a failure does not keep them from being used.
    if (failure && clock.now() - failure.at < failureCooldownMs && !keys.fresh) throw failure.error
    try {
      return await keys(header, token)
    } catch (error) {
      if (isAboutToken(error)) throw error
      const message = 'the keys that verify the app’s tokens could not be fetched; check jwksUrl'
      failure = { error: new JwksUnavailableError(message, { cause: error }), at: clock.now() }
      throw failure.error
    }
  }
}

/** The set was there, and this token found no key in it. */
function isAboutToken(error: unknown): boolean {
  return (
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys ||
    error instanceof errors.JOSENotSupported
  )
}
