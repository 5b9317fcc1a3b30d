/** Reads the cluster configuration that SecretVault's users have, and says all that is wrong with it at once. */
import { readFileSync } from 'node:fs'
import type { JsonWebKey } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { ClusterConfigError, type ClusterFault } from './cluster-config-error.ts'
import {
  type ClusterRules,
  type Fields,
  isFields,
  parseDid,
  type Report,
} from './cluster-fields.ts'
import { type ClusterNode, parseNodes } from './cluster-nodes.ts'
import { didOf, hasChecksum, networkOf } from './did.ts'
import { parseSigningKey, type SigningKey } from './signing-key.ts'

/** Who signs. */
export interface OrgCredentials {
  /** 64 hexadecimal digits (`0x` allowed), a PEM (SEC1 or PKCS8), or a JWK. */
  secretKey: string | JsonWebKey
  /** `did:nil:testnet:nillion1…`, as registered with the nodes. */
  orgDid: string
}

/** The vendor's own shape; `secretKey` and `orgDid` may also stand at the top. Other fields are ignored. */
export interface ClusterConfig extends Partial<OrgCredentials> {
  orgCredentials?: OrgCredentials
  nodes: readonly { url: string; did: string }[]
}

export interface Cluster {
  key: SigningKey
  orgDid: string
  nodes: readonly ClusterNode[]
}

/** @throws {ClusterConfigError} naming the file, each faulty field and its mend. */
export function readCluster(config: string | URL | ClusterConfig, rules: ClusterRules): Cluster {
  const isFile = typeof config === 'string' || config instanceof URL
  const source = isFile ? String(config) : 'cluster'
  const faults: ClusterFault[] = []
  const report: Report = (field, fault) => void faults.push({ field, fault })

  const content: unknown = isFile ? readJson(config, source) : config
  const fields = isFields(content) ? content : report('the content', 'must be a JSON object')
  const parsed = fields && parseCluster(fields, rules, report)
  if (parsed === undefined || faults.length > 0) throw new ClusterConfigError(source, faults)
  return parsed
}

function readJson(path: string | URL, source: string): unknown {
  const refuse = (fault: string) => new ClusterConfigError(source, [{ field: 'the file', fault }])
  let text: string
  try {
    text = readFileSync(path instanceof URL ? fileURLToPath(path) : path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw refuse(`cannot be read (${code ?? 'unknown cause'}); check its path and permissions`)
  }
  try {
    return JSON.parse(text)
  } catch (error) {
    // The parser quotes the text around the fault, which may be the key.
    const [place = 'no place named'] = /line \d+ column \d+/.exec(String(error)) ?? []
    throw refuse(`is not JSON (${place}); check quotes, commas and brackets`)
  }
}

function parseCluster(fields: Fields, rules: ClusterRules, report: Report): Cluster | undefined {
  const nodes = parseNodes(fields.nodes, rules, report)
  const { at, credentials } = credentialsOf(fields, report)
  if (credentials === undefined) return undefined
  const key = parseKey(credentials.secretKey, `${at}secretKey`, report)
  const orgDid = parseOrgDid(credentials.orgDid, `${at}orgDid`, report)
  if (key === undefined || orgDid === undefined) return undefined
  if (rules.checkDid) checkOrgDid({ orgDid, key, field: `${at}orgDid` }, report)
  return nodes && { key, orgDid, nodes }
}

function credentialsOf(
  fields: Fields,
  report: Report,
): { at: string; credentials?: Fields | undefined } {
  const nested = fields.orgCredentials
  const atTop = fields.secretKey !== undefined || fields.orgDid !== undefined
  if (nested === undefined && atTop) return { at: '', credentials: fields }
  const at = 'orgCredentials.'
  if (nested === undefined)
    report('orgCredentials', 'is missing; give { "secretKey": …, "orgDid": … }')
  else if (!isFields(nested)) report('orgCredentials', 'must be an object')
  else if (atTop)
    report('orgCredentials', 'stands beside secretKey or orgDid at the top; give them once')
  return { at, credentials: isFields(nested) ? nested : undefined }
}

function parseKey(value: unknown, field: string, report: Report): SigningKey | undefined {
  if (value === undefined) return report(field, "is missing; give the organization's private key")
  const key = parseSigningKey(value)
  return 'fault' in key ? report(field, key.fault) : key
}

function parseOrgDid(value: unknown, field: string, report: Report): string | undefined {
  if (value === undefined) return report(field, "is missing; give the organization's DID")
  return parseDid(value, field, report)
}

function checkOrgDid(
  { orgDid, key, field }: { orgDid: string; key: SigningKey; field: string },
  report: Report,
): void {
  const network = networkOf(orgDid)
  const own = network && didOf(key.publicKey, network)
  if (own === orgDid) return
  if (!hasChecksum(orgDid)) report(field, 'has a mistyped character; its checksum does not hold')
  else
    report(
      field,
      `does not belong to secretKey, whose DID is ${own}; mend one of them, or set checkDid: false where the nodes know the organization by another DID`,
    )
}
