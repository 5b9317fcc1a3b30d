/** The seed era's node and organization identities: `did:nil:<network>:nillion1…`. */
import { ripemd160 } from '@noble/hashes/legacy.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { bech32 } from '@scure/base'

const DID_NIL = /^did:nil:(mainnet|testnet):(nillion1[a-z0-9]{38})$/
const ACCOUNT_BYTES = 20

export type Network = 'mainnet' | 'testnet'

/** The network of a well-formed DID; `undefined` for any other text. Other spellings of `did:nil` are other eras'. */
export function networkOf(did: string): Network | undefined {
  const network = DID_NIL.exec(did)?.[1]
  return network === 'mainnet' || network === 'testnet' ? network : undefined
}

/** True if the account in the DID carries the checksum of BIP-173: a mistyped character breaks it. */
export function hasChecksum(did: string): boolean {
  const account = DID_NIL.exec(did)?.[2]
  if (account === undefined) return false
  const decoded = bech32.decodeUnsafe(account)
  return decoded !== undefined && bech32.fromWordsUnsafe(decoded.words)?.length === ACCOUNT_BYTES
}

/** The DID that the nodes derive from a compressed secp256k1 public key at registration. */
export function didOf(publicKey: Uint8Array, network: Network): string {
  const account = ripemd160(sha256(publicKey))
  return `did:nil:${network}:${bech32.encode('nillion', bech32.toWords(account))}`
}

/** Whether a node or an organization of that key has that DID. */
export function derives(did: string, publicKey: Uint8Array): boolean {
  const network = networkOf(did)
  return network !== undefined && didOf(publicKey, network) === did
}
