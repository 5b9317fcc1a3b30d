/** Verifies seed-era tokens: compact JWTs signed with ES256K. */
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { isObject, type JsonObject } from './coercion.ts'

/** The real node leaves the tolerance at its library's default. It covers `exp`, `nbf` and `iat` alike. */
const TOLERANCE_SECONDS = 300

/** Strictly, no token lives longer than a week; an `exp` in milliseconds would. */
const LONGEST_SECONDS = 7 * 86_400

const COMPACT = /^([\w-]+)\.([\w-]+)\.([\w-]+)$/

export interface TokenCheck {
  /** The node's own DID, which `aud` must name if it is there. */
  audience: string
  /** The node's clock, epoch milliseconds. */
  nowMs: number
  /** Refuses what the real node lets pass. */
  isStrict: boolean
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
  const { alg, typ } = decodeJson(header) ?? {}
  if (alg !== 'ES256K' || !claims) return undefined
  if (check.isStrict && (typ !== 'JWT' || !isComplete(claims, check))) return undefined
  const { iss, jti } = claims
  const publicKey = typeof iss === 'string' ? check.publicKeyOf(iss) : undefined
  if (typeof iss !== 'string' || publicKey === undefined) return undefined
  if (!isSigned({ input: `${header}.${payload}`, signature, publicKey, lowS: check.isStrict }))
    return undefined
  if (!isTimely(claims, check) || !isMeantFor(check.audience, claims['aud'])) return undefined
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

interface Signed {
  input: string
  signature: string
  /** 66 hex digits. */
  publicKey: string
  /** Refuses the other of the two signatures that ECDSA allows. */
  lowS: boolean
}

function isSigned({ input, signature, publicKey, lowS }: Signed): boolean {
  try {
    return secp256k1.verify(
      Buffer.from(signature, 'base64url'),
      Buffer.from(input),
      Buffer.from(publicKey, 'hex'),
      { lowS },
    )
  } catch {
    return false
  }
}

/** Strictly, a token names this node alone, and an end that is no slip of units. */
function isComplete({ aud, exp }: JsonObject, { audience, nowMs }: TokenCheck): boolean {
  if (aud !== audience || typeof exp !== 'number') return false
  return exp > 0 && exp <= nowMs / 1000 + LONGEST_SECONDS
}

/** Absent and 0 are the same here, and `iat` counts only where there is no `nbf`. */
function isTimely({ exp, nbf, iat }: JsonObject, { nowMs, isStrict }: TokenCheck): boolean {
  const nowSeconds = Math.floor(nowMs / 1000)
  const tolerance = isStrict ? 0 : TOLERANCE_SECONDS
  const beginsAt = nbf || iat
  if (beginsAt && Number(beginsAt) > nowSeconds + tolerance) return false
  return !(exp && Number(exp) <= nowSeconds - tolerance)
}

function isMeantFor(audience: string, claimed: unknown): boolean {
  if (!claimed) return true
  return (Array.isArray(claimed) ? claimed : [claimed]).includes(audience)
}
