/** Derives the names a SecretVault node or organization goes by from its secp256k1 key. */
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { ripemd160 } from '@noble/hashes/legacy.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import { base58, bech32 } from '@scure/base'

export interface Identity {
  /** 64 hex digits. Of a node it never leaves the process. */
  secretKey: string
  /** Compressed, 66 hex digits. */
  publicKey: string
  /** The spelling of the seed era: `did:nil:testnet:nillion1…`. */
  didNil: string
  /** Today's spelling: `did:key:z…`. */
  didKey: string
}

/** The bech32 address of a compressed public key, as the seed era writes it. */
function addressOf(publicKey: Uint8Array): string {
  return bech32.encode('nillion', bech32.toWords(ripemd160(sha256(publicKey))))
}

/** Whether the seed-era DID names this key. The network in the DID is not looked at, as on the real node. */
export function isDidOfKey(did: string, publicKeyHex: string): boolean {
  return did.split(':')[3] === addressOf(Buffer.from(publicKeyHex, 'hex'))
}

/** The multicodec prefix of secp256k1 keys. */
const SECP256K1 = [0xe7, 0x01]

/** Today's DID of a compressed public key. */
function didKeyOf(publicKeyHex: string): string {
  return `did:key:z${base58.encode(Uint8Array.from([...SECP256K1, ...hexToBytes(publicKeyHex)]))}`
}

/** A DID as today's nodes store it: the spelling of 2025, `did:nil:<public key>`, counts as its `did:key`. */
export function canonicalDid(did: string): string {
  const legacy = /^did:nil:([0-9a-f]{66})$/i.exec(did)?.[1]
  return legacy === undefined ? did : didKeyOf(legacy)
}

/** The key that a node has after it was changed. */
export function rotated({ secretKey }: Identity): Identity {
  return identityOf(sha256(hexToBytes(secretKey)))
}

export function identityOf(secretKey: Uint8Array): Identity {
  const publicKey = secp256k1.getPublicKey(secretKey, true)
  return {
    secretKey: bytesToHex(secretKey),
    publicKey: bytesToHex(publicKey),
    didNil: `did:nil:testnet:${addressOf(publicKey)}`,
    didKey: didKeyOf(bytesToHex(publicKey)),
  }
}

/** A random key, or with a seed the same one every time: for tests only. */
export function createSecretKey(seed: string | undefined, role: string): Uint8Array {
  if (seed === undefined) return secp256k1.utils.randomSecretKey()
  // A SHA-256 outside 1..n−1 has a chance of 2^-128; getPublicKey would then throw.
  return sha256(new TextEncoder().encode(`valetkey sandbox ${role} ${seed}`))
}
