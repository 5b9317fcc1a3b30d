/** Reads the cluster configuration that SecretVault's users have, and says all that is wrong with it at once. */
import type { JsonWebKey } from 'node:crypto'
import type { GroupMember } from '@valetkey/broker'
import { didYouMean, parseConfigJson, readConfigFile } from '@valetkey/broker/credential'
import {
  type ClusterRules,
  type Fields,
  isFields,
  parseDid,
  type Report,
} from './cluster-fields.ts'
import { type ClusterNode, parseNodes } from './cluster-nodes.ts'
import { didOf, hasChecksum, networkOf } from './did.ts'
import { didKeyOf } from './did-key.ts'
import { createExternalSigner } from './external-signer.ts'
import { createKeySigner } from './jws-signer.ts'
import type { JwsSigner } from './signers.ts'
import { parseSigningKey } from './signing-key.ts'

/** Who signs. */
export interface OrgCredentials {
  /** 64 hexadecimal digits (`0x` allowed), a PEM (SEC1 or PKCS8), or a JWK. */
  secretKey: string | JsonWebKey
  /** `did:nil:testnet:nillion1…`, as registered with the nodes. Tokens of format `nuc` need none. */
  orgDid: string
}

/**
 * A node: its DID of either era, or its public key, or neither. What is not given and needed for its tokens is
 * read at its `/about`, and has to agree with what is given.
 */
export interface NodeConfig {
  url: string
  /** `did:nil:testnet:nillion1…` of the seed era, or `did:key:z…` of today. */
  did?: string
  didKey?: string
  /** 66 hexadecimal digits. */
  publicKey?: string
}

/**
 * The vendor's own shape; `secretKey` and `orgDid` may also stand at the top. Other fields are ignored. With
 * a `signer` of its own, the minter takes no `secretKey`.
 */
export interface ClusterConfig extends Partial<OrgCredentials> {
  orgCredentials?: Partial<OrgCredentials>
  nodes: readonly NodeConfig[]
}

export interface Cluster {
  signer: JwsSigner
  /** The issuer of its tokens. */
  orgDid: string
  nodes: readonly ClusterNode[]
  /** The nodes as the broker names them. */
  members: readonly GroupMember[]
}

/** What the configuration is called in messages: its path, never its content. */
export function sourceOf(config: string | URL | ClusterConfig): string {
  return typeof config === 'string' || config instanceof URL ? String(config) : 'cluster'
}

/** The cluster, or `undefined` with every fault reported. */
export function readCluster(
  config: string | URL | ClusterConfig,
  rules: ClusterRules,
  report: Report,
): Cluster | undefined {
  const isFile = typeof config === 'string' || config instanceof URL
  const content: unknown = isFile ? readJson(config, report) : config
  if (content === undefined) return undefined
  if (!isFields(content)) return report('the content', 'must be a JSON object')
  return parseCluster(content, rules, report)
}

function readJson(path: string | URL, report: Report): unknown {
  const text = readConfigFile(path)
  if ('fault' in text) return report('the file', text.fault)
  const json = parseConfigJson(text.value)
  return 'fault' in json ? report('the file', json.fault) : json.value
}

function parseCluster(fields: Fields, rules: ClusterRules, report: Report): Cluster | undefined {
  const nodes =
    fields.nodes === undefined
      ? reportMissing(
          fields,
          { name: 'nodes', give: 'give a list of at least one { "url": …, "did": … }' },
          report,
        )
      : parseNodes(fields.nodes, rules, report)
  const { at, credentials } = needsCredentials(fields, rules)
    ? credentialsOf(fields, report)
    : { at: '', credentials: {} }
  if (credentials === undefined) return undefined
  const signer = rules.signer
    ? parseSigner(credentials, { rules, at }, report)
    : parseKey(credentials, at, report)
  const orgDid = issuerOf(credentials, { at, signer, rules }, report)
  if (signer === undefined || orgDid === undefined || nodes === undefined) return undefined
  const members = Object.freeze(nodes.map(({ name, url }) => ({ name, resource: url })))
  return { signer, orgDid, nodes, members }
}

function credentialsOf(
  fields: Fields,
  report: Report,
): { at: string; credentials?: Fields | undefined } {
  const nested = fields.orgCredentials
  const atTop = fields.secretKey !== undefined || fields.orgDid !== undefined
  if (nested === undefined && atTop) return { at: '', credentials: fields }
  const at = 'orgCredentials.'
  const give = 'give { "secretKey": …, "orgDid": … }'
  if (nested === undefined) reportMissing(fields, { name: 'orgCredentials', give }, report)
  else if (!isFields(nested)) report('orgCredentials', 'must be an object')
  else if (atTop)
    report('orgCredentials', 'stands beside secretKey or orgDid at the top; give them once')
  return { at, credentials: isFields(nested) ? nested : undefined }
}

interface Wanted {
  name: string
  /** Where it is looked for, such as `orgCredentials.`. */
  at?: string
  give: string
}

/** A misspelt name is shown: it is near to one of ours, so it is no secret. */
function reportMissing(fields: Fields, { name, at = '', give }: Wanted, report: Report): undefined {
  const misspelt = Object.keys(fields).find(
    (key) => key !== name && didYouMean(key, [name]) === name,
  )
  const hint = misspelt === undefined ? '' : ` (${misspelt} is there: is it meant by that?)`
  return report(`${at}${name}`, `is missing${hint}; ${give}`)
}

function parseKey(credentials: Fields, at: string, report: Report): JwsSigner | undefined {
  const { secretKey } = credentials
  const give = "give the organization's private key"
  if (secretKey === undefined)
    return reportMissing(credentials, { name: 'secretKey', at, give }, report)
  const key = parseSigningKey(secretKey)
  return 'fault' in key ? report(`${at}secretKey`, key.fault) : createKeySigner(key)
}

function parseSigner(
  { secretKey }: Fields,
  { rules, at }: { rules: ClusterRules; at: string },
  report: Report,
): JwsSigner | undefined {
  if (secretKey !== undefined)
    report(`${at}secretKey`, 'stands beside the option signer; remove it, so that it is nowhere')
  if (typeof rules.signer?.sign !== 'function')
    return report('signer', 'must be { publicKey, sign(digest) }')
  const signer = createExternalSigner(rules.signer)
  return (
    signer ??
    report('signer.publicKey', 'must be a secp256k1 point of 33 or 65 bytes, or its SPKI in DER')
  )
}

/** A key elsewhere is a builder's whole identity today. */
function needsCredentials(fields: Fields, { format, signer }: ClusterRules): boolean {
  return format !== 'nuc' || !signer || fields.orgCredentials !== undefined
}

interface Issuer {
  at: string
  signer: JwsSigner | undefined
  rules: ClusterRules
}

/** Today's issuer is its key; the seed era's is what it is registered as. */
function issuerOf(
  credentials: Fields,
  { at, signer, rules }: Issuer,
  report: Report,
): string | undefined {
  const field = `${at}orgDid`
  const isToday = rules.format === 'nuc'
  const own = isToday && signer ? didKeyOf(signer.publicKey) : undefined
  const { orgDid: given } = credentials
  if (isToday && (given === undefined || given === own)) return own
  if (isToday && typeof given === 'string' && given.startsWith('did:key:'))
    return report(field, `does not belong to the key, whose DID is ${own ?? 'unknown'}`)
  const orgDid = parseOrgDid(credentials, at, report)
  if (orgDid !== undefined && signer && rules.checkDid)
    checkOrgDid({ orgDid, signer, field }, report)
  return isToday && orgDid !== undefined ? own : orgDid
}

function parseOrgDid(credentials: Fields, at: string, report: Report): string | undefined {
  const { orgDid } = credentials
  const give = "give the organization's DID"
  if (orgDid === undefined) return reportMissing(credentials, { name: 'orgDid', at, give }, report)
  return parseDid(orgDid, `${at}orgDid`, report)
}

function checkOrgDid(
  { orgDid, signer, field }: { orgDid: string; signer: JwsSigner; field: string },
  report: Report,
): void {
  const network = networkOf(orgDid)
  const own = network && didOf(signer.publicKey, network)
  if (own === orgDid) return
  if (!hasChecksum(orgDid)) report(field, 'has a mistyped character; its checksum does not hold')
  else
    report(
      field,
      `does not belong to the key, whose DID is ${own}; mend one of them, or set checkDid: false where the nodes know the organization by another DID`,
    )
}
