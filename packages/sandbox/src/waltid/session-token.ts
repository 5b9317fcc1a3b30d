/** Signs walt.id's tokens, and reads them back: EdDSA, with or without an expiry of their own. */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto'

export interface SessionTokens {
  /** For the session of this subject. `expiresAtMs` is written only where tokens carry an `exp`. */
  issue(subject: string, session: string, expiresAtMs: number | undefined): string
  /** What a token of ours says; `undefined` for any other. */
  read(token: string): SessionClaims | undefined
}

export interface SessionClaims {
  sub: string
  session: string
  /** Epoch seconds. */
  exp?: number
}

export interface SessionTokenOptions {
  seed: string | undefined
  /** Whether tokens carry `exp`, and the header `typ` and `kid`. */
  includeExp: boolean
}

/** What stands before the 32 bytes of an Ed25519 key in PKCS#8 (RFC 8410, section 7). */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex')

export function createSessionTokens({ seed, includeExp }: SessionTokenOptions): SessionTokens {
  const privateKey = keyOf(seed)
  const publicKey = createPublicKey(privateKey)
  const header = includeExp ? { alg: 'EdDSA', typ: 'JWT', kid: 'sandbox' } : { alg: 'EdDSA' }
  return {
    issue(sub, session, expiresAtMs) {
      const exp = expiresAtMs === undefined ? undefined : Math.floor(expiresAtMs / 1000)
      const claims = { sub, session, ...(includeExp && exp !== undefined && { exp }) }
      const signed = `${encode(header)}.${encode(claims)}`
      return `${signed}.${sign(null, Buffer.from(signed), privateKey).toString('base64url')}`
    },
    read(token) {
      const [head, payload, signature] = token.split('.')
      if (!head || !payload || !signature || token.split('.').length !== 3) return undefined
      const signed = Buffer.from(`${head}.${payload}`)
      if (!verify(null, signed, publicKey, Buffer.from(signature, 'base64url'))) return undefined
      // Ours, so it is what `issue` wrote.
      const claims: SessionClaims = JSON.parse(Buffer.from(payload, 'base64url').toString())
      return claims
    },
  }
}

function keyOf(seed: string | undefined): KeyObject {
  if (seed === undefined) return generateKeyPairSync('ed25519').privateKey
  const bytes = createHash('sha256').update(`${seed} waltid key`).digest()
  const key = Buffer.concat([PKCS8_PREFIX, bytes])
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' })
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url')
}
