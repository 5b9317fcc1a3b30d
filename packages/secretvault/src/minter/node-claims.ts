/** Reads what a cluster configuration says of a node's identity: its DID of either era, its public key. */
import {
  type ClusterRules,
  type Fields,
  isFields,
  parseDid,
  type Report,
} from './cluster-fields.ts'
import { derives, hasChecksum } from './did.ts'
import { didKeyOf, isSameKey, publicKeyOfDid, publicKeyOfHex } from './did-key.ts'

export interface NodeClaims {
  /** The DID that tokens of the format are for, where it is known. */
  did?: string
  /** What else the node has to be. */
  publicKey?: Uint8Array
  seedDid?: string
}

interface Reading {
  rules: ClusterRules
  report: Report
}

/** `undefined` with the fault reported. */
export function parseClaims(
  node: unknown,
  field: string,
  reading: Reading,
): NodeClaims | undefined {
  if (!isFields(node)) return undefined
  const { rules, report } = reading
  const key = parseKey(node, field, report)
  if (key === 'faulty') return undefined
  const isKeyDid = rules.format === 'nuc' && isDidKey(node.did)
  const seedDid =
    node.did === undefined || isKeyDid ? undefined : parseSeedDid(node.did, field, reading)
  if (node.did !== undefined && !isKeyDid && seedDid === undefined) return undefined
  const claims = { ...(key && { publicKey: key }), ...(seedDid !== undefined && { seedDid }) }
  if (rules.format !== 'nuc') return seedDid === undefined ? claims : { did: seedDid, ...claims }
  const named = parseKeyDid(
    isKeyDid ? node.did : node.didKey,
    `${field}.${isKeyDid ? 'did' : 'didKey'}`,
    report,
  )
  if (named === 'faulty') return undefined
  return agreed({ named, key, seedDid, field }, reading)
}

const isDidKey = (did: unknown): boolean => typeof did === 'string' && did.startsWith('did:key:')

function parseKey(node: Fields, field: string, report: Report): Uint8Array | 'faulty' | undefined {
  const name = node.publicKey === undefined ? 'public_key' : 'publicKey'
  const digits = node[name]
  if (digits === undefined) return undefined
  const key = typeof digits === 'string' ? publicKeyOfHex(digits) : undefined
  if (key) return key
  report(`${field}.${name}`, 'must be a compressed secp256k1 key, 66 hexadecimal digits')
  return 'faulty'
}

function parseKeyDid(
  did: unknown,
  field: string,
  report: Report,
): Uint8Array | 'faulty' | undefined {
  if (did === undefined) return undefined
  const key = typeof did === 'string' ? publicKeyOfDid(did) : undefined
  if (key) return key
  report(field, 'must be the did:key of a secp256k1 key, did:key:zQ3s…; copy it whole')
  return 'faulty'
}

function parseSeedDid(did: unknown, field: string, { rules, report }: Reading): string | undefined {
  const parsed = parseDid(did, `${field}.did`, report)
  if (parsed === undefined || !rules.checkDid || hasChecksum(parsed)) return parsed
  return report(`${field}.did`, 'has a mistyped character; its checksum does not hold')
}

interface Claimed {
  named: Uint8Array | undefined
  key: Uint8Array | undefined
  seedDid: string | undefined
  field: string
}

/** What is said more than once has to be the same. */
function agreed(
  { named, key, seedDid, field }: Claimed,
  { rules, report }: Reading,
): NodeClaims | undefined {
  const publicKey = named ?? key
  if (publicKey && key && !isSameKey(publicKey, key))
    return report(`${field}.publicKey`, 'is of another node than the DID; mend one of them')
  const seed = rules.checkDid ? seedDid : undefined
  if (publicKey && seed !== undefined && !derives(seed, publicKey))
    return report(`${field}.did`, 'is of another node than the key; mend one of them')
  return {
    ...(publicKey && { did: didKeyOf(publicKey), publicKey }),
    ...(seed !== undefined && { seedDid: seed }),
  }
}
