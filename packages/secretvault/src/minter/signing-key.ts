/** Reads a secp256k1 private key in the forms its users have it. */
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import { type Fields, isFields } from './cluster-fields.ts'
import { CURVE_ORDER, numberOf, publicKeyOf } from './curve.ts'

const FORMS = 'give 64 hexadecimal digits, a PEM (SEC1 or PKCS8) or a JWK'
const KEY_DIGITS = 64

export interface SigningKey {
  /** 32 bytes, from 1 to n-1. */
  readonly scalar: Uint8Array
  /** 33 bytes, compressed. */
  readonly publicKey: Uint8Array
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
  const digits = /^(?:0x)?([0-9a-f]+)$/i.exec(text)?.[1]
  if (digits !== undefined) return fromHex(digits)
  if (text.includes('-----BEGIN ')) return fromPem(text)
  if (text.startsWith('{')) return fromJwkText(text)
  return { fault: `is not in a form that can be read; ${FORMS}` }
}

function fromHex(digits: string): SigningKey | KeyFault {
  if (digits.length === KEY_DIGITS) return fromScalar(hexToBytes(digits))
  return {
    fault: `has ${digits.length} hexadecimal digits where a key has ${KEY_DIGITS} (32 bytes); copy it whole`,
  }
}

function fromScalar(scalar: Uint8Array): SigningKey | KeyFault {
  const value = numberOf(scalar)
  // OpenSSL takes 0 and n and signs nonsense or fails late.
  if (value < 1n || value >= CURVE_ORDER)
    return { fault: 'is outside the range 1 to n-1 of secp256k1; make a new key' }
  return { scalar, publicKey: publicKeyOf(scalar) }
}

function fromPem(pem: string): SigningKey | KeyFault {
  const crypto = globalThis.process?.getBuiltinModule?.('node:crypto')
  if (!crypto) return { fault: 'is a PEM, which cannot be read here; give 64 hexadecimal digits' }
  try {
    const key = crypto.createPrivateKey(pem)
    const curve = key.asymmetricKeyDetails?.namedCurve ?? key.asymmetricKeyType
    if (curve !== 'secp256k1')
      return { fault: `is a key of ${curve ?? 'another kind'}; ES256K needs secp256k1` }
    return fromJwk({ ...key.export({ format: 'jwk' }) })
  } catch {
    // OpenSSL's own words may quote the input.
    return { fault: 'is a PEM that cannot be read; give an unencrypted SEC1 or PKCS8 private key' }
  }
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
  const key = fromScalar(bytesOf(jwk.d))
  if ('fault' in key || jwk.x === undefined) return key
  const own = bytesToHex(key.publicKey.subarray(1))
  const x = typeof jwk.x === 'string' && /^[\w-]{43}$/.test(jwk.x) ? jwk.x : ''
  return bytesToHex(bytesOf(x)) === own
    ? key
    : { fault: 'is a JWK whose "x" does not belong to its "d"' }
}

function bytesOf(base64url: string): Uint8Array {
  const text = atob(base64url.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(text, (character) => character.charCodeAt(0))
}
