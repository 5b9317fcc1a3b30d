/** Reads a secp256k1 private key in the forms its users have it. */
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { type Fields, isFields } from './cluster-fields.ts'

/** The order of secp256k1 (SEC 2, section 2.4.1). */
export const CURVE_ORDER: bigint =
  0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n

/** SEC1 DER of a key that holds a bare scalar: OpenSSL derives the public point itself. */
const SEC1_HEAD = Buffer.from('302e0201010420', 'hex')
const SEC1_TAIL = Buffer.from('a00706052b8104000a', 'hex')
const FORMS = 'give 64 hexadecimal digits, a PEM (SEC1 or PKCS8) or a JWK'

export interface SigningKey {
  privateKey: KeyObject
  /** 33 bytes, compressed. */
  publicKey: Uint8Array
}

/** What is wrong with a key, in words that hold nothing of it. */
export interface KeyFault {
  fault: string
}

/** A secp256k1 key from 64 hexadecimal digits (`0x` allowed), PEM or JWK; else what is wrong with it. */
export function parseSigningKey(input: unknown): SigningKey | KeyFault {
  if (isFields(input)) return fromJwk(input)
  if (typeof input !== 'string') return { fault: `is no key; ${FORMS}` }
  const text = input.trim()
  if (/^(0x)?[0-9a-f]{64}$/i.test(text)) return fromScalar(Buffer.from(text.slice(-64), 'hex'))
  if (text.startsWith('-----BEGIN ')) return fromPem(text)
  if (text.startsWith('{')) return fromJwkText(text)
  return { fault: `is not in a form that can be read; ${FORMS}` }
}

function fromScalar(scalar: Buffer): SigningKey | KeyFault {
  const value = BigInt(`0x${scalar.toString('hex')}`)
  // OpenSSL takes 0 and n and signs nonsense or fails late.
  if (value < 1n || value >= CURVE_ORDER)
    return { fault: 'is outside the range 1 to n-1 of secp256k1; make a new key' }
  const der = Buffer.concat([SEC1_HEAD, scalar, SEC1_TAIL])
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'sec1' })
  return { privateKey, publicKey: compressedPoint(privateKey) }
}

function compressedPoint(privateKey: KeyObject): Uint8Array {
  const { x = '', y = '' } = createPublicKey(privateKey).export({ format: 'jwk' })
  const odd = (Buffer.from(y, 'base64url').at(-1) ?? 0) & 1
  return Uint8Array.from([2 + odd, ...Buffer.from(x, 'base64url')])
}

function fromPem(pem: string): SigningKey | KeyFault {
  let key: KeyObject
  try {
    key = createPrivateKey(pem)
  } catch {
    // OpenSSL's own words may quote the input.
    return { fault: 'is a PEM that cannot be read; give an unencrypted SEC1 or PKCS8 private key' }
  }
  const curve = key.asymmetricKeyDetails?.namedCurve ?? key.asymmetricKeyType
  if (curve !== 'secp256k1')
    return { fault: `is a key of ${curve ?? 'another kind'}; ES256K needs secp256k1` }
  return fromJwk({ ...key.export({ format: 'jwk' }) })
}

function fromJwkText(text: string): SigningKey | KeyFault {
  let jwk: unknown
  try {
    jwk = JSON.parse(text)
  } catch {
    // The parser's own words quote the input.
    return { fault: 'looks like a JWK, yet is not JSON; check quotes and commas' }
  }
  return isFields(jwk) ? fromJwk(jwk) : { fault: `is not in a form that can be read; ${FORMS}` }
}

function fromJwk(jwk: Fields): SigningKey | KeyFault {
  if (jwk.kty !== 'EC' || jwk.crv !== 'secp256k1')
    return { fault: 'is a JWK of another kind; ES256K needs "kty": "EC" and "crv": "secp256k1"' }
  if (typeof jwk.d !== 'string' || !/^[\w-]{43}$/.test(jwk.d))
    return { fault: 'is a JWK without a private part; "d" must be 43 characters of base64url' }
  const key = fromScalar(Buffer.from(jwk.d, 'base64url'))
  if ('fault' in key || jwk.x === undefined) return key
  const own = Buffer.from(key.publicKey.subarray(1)).toString('base64url')
  return jwk.x === own ? key : { fault: 'is a JWK whose "x" does not belong to its "d"' }
}
