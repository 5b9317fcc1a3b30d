/** The curve secp256k1, as far as it is needed everywhere: public keys, verification, the low signature. */
import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import { getPublicKey, hashes, Point, sign, verify } from '@noble/secp256k1'

hashes.sha256 = sha256
hashes.hmacSha256 = (key, message) => hmac(sha256, key, message)

/** The order of secp256k1 (SEC 2, section 2.4.1). */
export const CURVE_ORDER: bigint =
  0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n

const HALF_BYTES = 32
const SIGNATURE_BYTES = 64

/** 33 bytes, compressed. The scalar must be from 1 to n-1. */
export function publicKeyOf(scalar: Uint8Array): Uint8Array {
  return getPublicKey(scalar, true)
}

/** The compressed form of a public key of 33 or 65 bytes, or `undefined` if it is no point of the curve. */
export function compressed(publicKey: Uint8Array): Uint8Array | undefined {
  try {
    return Point.fromBytes(publicKey).toBytes(true)
  } catch {
    return undefined
  }
}

/** As strict verifiers do it: the high one of the two signatures is refused. */
export function isSignedBy(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  try {
    return signature.length === SIGNATURE_BYTES && verify(signature, message, publicKey)
  } catch {
    return false
  }
}

export function signInJavaScript(scalar: Uint8Array, message: Uint8Array): Uint8Array {
  return sign(message, scalar)
}

/** Of a signature's two valid forms, the one that strict verifiers take. Signers give either. */
export function toLowS(signature: Uint8Array): Uint8Array {
  // Half of the order begins with 0x7f: nearly every other first byte settles it.
  if ((signature[HALF_BYTES] ?? 0xff) < 0x7f) return signature
  const s = numberOf(signature.subarray(HALF_BYTES))
  if (s <= CURVE_ORDER / 2n) return signature
  const low = (CURVE_ORDER - s).toString(16).padStart(HALF_BYTES * 2, '0')
  return Uint8Array.of(...signature.subarray(0, HALF_BYTES), ...hexToBytes(low))
}

/** A big-endian number. */
export function numberOf(bytes: Uint8Array): bigint {
  return BigInt(`0x${bytesToHex(bytes)}`)
}
