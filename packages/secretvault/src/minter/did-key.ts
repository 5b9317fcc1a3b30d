/** Identities of today's nodes and builders: `did:key:z…` of a secp256k1 key. */
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import { base58 } from '@scure/base'
import { compressed } from './curve.ts'

const PREFIX = 'did:key:z'
/** secp256k1-pub in the table of multicodec, as a varint. */
const MULTICODEC = [0xe7, 0x01]

/** The DID of a compressed public key. */
export function didKeyOf(publicKey: Uint8Array): string {
  return PREFIX + base58.encode(Uint8Array.of(...MULTICODEC, ...publicKey))
}

/** The compressed public key in a DID; `undefined` for any other text, and for other kinds of key. */
export function publicKeyOfDid(did: string): Uint8Array | undefined {
  if (!did.startsWith(PREFIX)) return undefined
  try {
    const [first, second, ...key] = base58.decode(did.slice(PREFIX.length))
    const isOurs = first === MULTICODEC[0] && second === MULTICODEC[1] && key.length === 33
    return isOurs ? compressed(Uint8Array.from(key)) : undefined
  } catch {
    return undefined
  }
}

/** The compressed public key in 66 hexadecimal digits, or `undefined`. */
export function publicKeyOfHex(digits: string): Uint8Array | undefined {
  return /^0[23][0-9a-f]{64}$/i.test(digits) ? compressed(hexToBytes(digits)) : undefined
}

export function isSameKey(one: Uint8Array, other: Uint8Array): boolean {
  return bytesToHex(one) === bytesToHex(other)
}
