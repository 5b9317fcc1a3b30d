/** Verifies seed-era tokens: compact JWTs signed with ES256K. */
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { isObject, type JsonObject } from './coercion.ts'

/** The real node leaves the tolerance at its library's default. It covers `exp`, `nbf` and `iat` alike. */
const TOLERANCE_SECONDS = 300

const COMPACT = /^([\w-]+)\.([\w-]+)\.([\w-]+)$/

export interface TokenCheck {
  /** The node's own DID, which `aud` must name if it is there. */
  audience: string
  /** The node's clock, epoch milliseconds. */
  nowMs: number
  /** The public key of a registered organization, 66 hex digits. */
  publicKeyOf(did: string): string | undefined
}

export interface VerifiedToken {
  issuer: string
  /** The token's own name, where it has one. */
  jti: string | undefined
}

/**
 * Who signed the token, or undefined if the node refuses it. As lenient as the real one: `exp`, `aud` and
 * `typ` may be missing, a signature may be high-S, any other claim is ignored.
 */
export function verifyToken(token: string, check: TokenCheck): VerifiedToken | undefined {
  const [, header = '', payload = '', signature = ''] = COMPACT.exec(token) ?? []
  const claims = decodeJson(payload)
  if (decodeJson(header)?.['alg'] !== 'ES256K' || !claims) return undefined
  const { iss, jti } = claims
  const publicKey = typeof iss === 'string' ? check.publicKeyOf(iss) : undefined
  if (typeof iss !== 'string' || publicKey === undefined) return undefined
  if (!isSigned(`${header}.${payload}`, signature, publicKey)) return undefined
  if (!isTimely(claims, check.nowMs) || !isMeantFor(check.audience, claims['aud'])) return undefined
  return { issuer: iss, jti: typeof jti === 'string' ? jti : undefined }
}

function decodeJson(section: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(section, 'base64url').toString())
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isSigned(input: string, signature: string, publicKeyHex: string): boolean {
  try {
    return secp256k1.verify(
      Buffer.from(signature, 'base64url'),
      Buffer.from(input),
      Buffer.from(publicKeyHex, 'hex'),
      { lowS: false },
    )
  } catch {
    return false
  }
}

/** Absent and 0 are the same here, and `iat` counts only where there is no `nbf`. */
function isTimely({ exp, nbf, iat }: JsonObject, nowMs: number): boolean {
  const nowSeconds = Math.floor(nowMs / 1000)
  const beginsAt = nbf || iat
  if (beginsAt && Number(beginsAt) > nowSeconds + TOLERANCE_SECONDS) return false
  return !(exp && Number(exp) <= nowSeconds - TOLERANCE_SECONDS)
}

function isMeantFor(audience: string, claimed: unknown): boolean {
  if (!claimed) return true
  return (Array.isArray(claimed) ? claimed : [claimed]).includes(audience)
}
