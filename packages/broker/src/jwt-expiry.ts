/** Reads what a JWT says of itself; the broker holds no key to verify it with. */
import { decodeJwt } from 'jose/jwt/decode'

/** The claims, not verified; `undefined` for any text that is no JWT. Never throws, never quotes the token. */
export function jwtClaims(value: string): Readonly<Record<string, unknown>> | undefined {
  if (!/^[^.]+\.[^.]+\.[^.]*$/.test(value)) return undefined
  try {
    return decodeJwt(value)
  } catch {
    // The decoder's words quote the token.
    return undefined
  }
}

/** Epoch milliseconds of `exp` (RFC 7519, section 4.1.4), or `undefined` for any other text. */
export function jwtExpiresAt(value: string): number | undefined {
  const exp = jwtClaims(value)?.exp
  return typeof exp === 'number' && Number.isFinite(exp) ? exp * 1000 : undefined
}
