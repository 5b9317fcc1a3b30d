/** The server half of SecretVault: a minter that signs one token per node. */
import { type GroupMinter, MintError, type MintRequest, type MintedToken } from '@valetkey/broker'
import { createCredential, unknownOptionFaults } from '@valetkey/broker/credential'
import { type Cluster, type ClusterConfig, readCluster, sourceOf } from './cluster-config.ts'
import { ClusterConfigError, type ClusterFault } from './cluster-config-error.ts'
import type { Report } from './cluster-fields.ts'
import { signJwt } from './es256k.ts'
import type { Es256kSigner } from './signers.ts'
import { announceSigner } from './signer-notice.ts'

export type { ClusterConfig, OrgCredentials } from './cluster-config.ts'
export { ClusterConfigError, type ClusterFault } from './cluster-config-error.ts'
export type { Es256kSigner } from './signers.ts'

/** The seed's own lifetime; a longer-lived organization token in a browser serves nobody. */
const MAX_LIFETIME_MS = 3_600_000
const DEFAULT_LIFETIME_MS = 300_000
const MIN_LIFETIME_MS = 2_000
const SECOND_MS = 1_000

const OPTIONS = [
  'cluster',
  'signer',
  'tokenFormat',
  'allowFullAuthority',
  'lifetimeMs',
  'checkDid',
  'allowHttp',
  'clock',
  'watchIntervalMs',
]

export interface SecretVaultMinterOptions {
  /**
   * Path of the cluster configuration (JSON), or its content. A file is read at start-up, and again whenever
   * it changes; one that cannot be used is reported and the former kept.
   */
  cluster: string | URL | ClusterConfig
  /** Signs in place of a `secretKey` in the configuration, so that the key can stay in a KMS. */
  signer?: Es256kSigner
  /**
   * The kind of token. `jwt`: the seed era's, one per node, which is the whole organization.
   *
   * @default 'jwt'
   */
  tokenFormat?: 'jwt'
  /**
   * Let browsers hold these tokens. Each carries the organization's full authority on its node: every
   * record, every schema, deletion included, with no scope and no revocation.
   *
   * @default false
   */
  allowFullAuthority?: boolean
  /**
   * How long a token lives, in milliseconds, from 2 s to 1 h. Nodes accept it for 5 minutes more.
   *
   * @default 300000
   */
  lifetimeMs?: number
  /**
   * Check the DIDs' checksums, and that `orgDid` derives from the key. Turn it off only where the nodes
   * know the organization by another DID.
   *
   * @default true
   */
  checkDid?: boolean
  /** Accept `http:` nodes beyond this machine: tokens then cross the network in the clear. @default false */
  allowHttp?: boolean
  /** This server's time, in milliseconds since the epoch. @default the system's */
  clock?: { now(): number }
  /** How often the file is looked at, in milliseconds. @default 5000 */
  watchIntervalMs?: number
}

/**
 * Mints SecretVault tokens: one ES256K JWT per node, named by the node's DID. Signs locally, or by the
 * `signer` given.
 *
 * @throws {ClusterConfigError} at start-up, naming every field and option to mend and no value.
 */
export function secretvault(options: SecretVaultMinterOptions): GroupMinter {
  const { lifetimeMs = DEFAULT_LIFETIME_MS, allowFullAuthority = false } = options
  const { clock = { now: () => Date.now() }, cluster, watchIntervalMs } = options
  const { current, credentialVersion, reload, watch } = createCredential({
    label: 'the SecretVault cluster configuration',
    file: typeof cluster === 'string' || cluster instanceof URL ? cluster : undefined,
    read: () => readOptions(options),
    identityOf: ({ orgDid, nodes, signer: { publicKey } }) =>
      JSON.stringify([orgDid, nodes, Array.from(publicKey)]),
    watchIntervalMs,
  })

  return {
    name: 'secretvault',
    shareable: true,
    limits: { defaultLifetimeMs: lifetimeMs, maxLifetimeMs: MAX_LIFETIME_MS },
    fullAuthority:
      'a seed-era SecretVault token is the organization: it reads, writes and deletes everything on its node',
    allowFullAuthority,
    members: () => current().members,
    async mint(request) {
      request.signal.throwIfAborted()
      return mintToken(request, current(), clock.now())
    },
    credentialVersion,
    reload,
    watch(notify) {
      announceSigner(current().signer, notify)
      return watch(notify)
    },
  }
}

/** @throws {ClusterConfigError} naming all faults at once. */
function readOptions(options: SecretVaultMinterOptions): Cluster {
  const faults: ClusterFault[] = []
  const report: Report = (field, fault) => void faults.push({ field, fault })
  checkOptions(options, report)
  const { checkDid = true, allowHttp = false, signer } = options
  const cluster = readCluster(options.cluster, { checkDid, allowHttp, signer }, report)
  if (cluster === undefined || faults.length > 0)
    throw new ClusterConfigError(sourceOf(options.cluster), faults)
  return cluster
}

function checkOptions(options: SecretVaultMinterOptions, report: Report): void {
  for (const { field, fault } of unknownOptionFaults(options, OPTIONS, 'secretvault'))
    report(field, fault)
  const { tokenFormat = 'jwt', lifetimeMs = DEFAULT_LIFETIME_MS } = options
  if (tokenFormat !== 'jwt') report('tokenFormat', "must be 'jwt', the only one there is so far")
  if (!(lifetimeMs >= MIN_LIFETIME_MS && lifetimeMs <= MAX_LIFETIME_MS))
    report(
      'lifetimeMs',
      `must be a number of milliseconds from ${MIN_LIFETIME_MS} to ${MAX_LIFETIME_MS}`,
    )
}

async function mintToken(
  request: MintRequest,
  cluster: Cluster,
  now: number,
): Promise<MintedToken> {
  const node = cluster.nodes.find(({ did }) => did === request.member)
  if (node === undefined)
    throw new MintError(
      'invalid_target',
      `secretvault has no node ${request.member ?? '(none named)'}`,
    )
  if (request.scope)
    throw new MintError(
      'invalid_target',
      'seed-era SecretVault tokens cannot be narrowed to a scope',
    )
  const exp = expiryOf(now, request.lifetimeMs)
  const jti = crypto.randomUUID()
  // No `iat`: nodes refuse one that lies more than 5 minutes ahead of their clock, and need none.
  const claims = { iss: cluster.orgDid, aud: node.did, exp, jti }
  return {
    value: await signJwt(claims, cluster.signer, request.signal),
    expiresAt: exp * SECOND_MS,
    resource: node.url,
    id: jti,
  }
}

/** The last whole second within the lifetime: `exp` counts in seconds, and a token must not outlive what was asked. */
function expiryOf(now: number, lifetimeMs: number): number {
  const bound = Math.min(lifetimeMs, MAX_LIFETIME_MS)
  const exp = Math.floor((now + bound) / SECOND_MS)
  if (exp * SECOND_MS > now) return exp
  throw new MintError(
    'invalid_target',
    `secretvault tokens count in whole seconds and cannot live for ${lifetimeMs} ms`,
  )
}
