/** The server half of SecretVault: a minter that signs one token per node. */
import { type GroupMinter, MintError, type MintedToken } from '@valetkey/broker'
import { createCredential } from '@valetkey/broker/credential'
import { type Cluster, readCluster, sourceOf } from './cluster-config.ts'
import { ClusterConfigError, type ClusterFault } from './cluster-config-error.ts'
import type { Report } from './cluster-fields.ts'
import type { ClusterNode } from './cluster-nodes.ts'
import { mintJwt } from './jwt-token.ts'
import {
  defaultLifetimeOf,
  reportOptions,
  type SecretVaultMinterOptions,
} from './minter-options.ts'
import { createNodeIdentities } from './node-identity.ts'
import { revokeNuc } from './nuc-revocation.ts'
import { mintNuc } from './nuc-token.ts'
import { announceSigner } from './signer-notice.ts'
import { expiryOf, MAX_LIFETIME_MS } from './token-expiry.ts'

export type { ClusterConfig, NodeConfig, OrgCredentials } from './cluster-config.ts'
export { ClusterConfigError, type ClusterFault } from './cluster-config-error.ts'
export type { SecretVaultMinterOptions } from './minter-options.ts'
export type { Es256kSigner } from './signers.ts'

const SEED_AUTHORITY =
  'a seed-era SecretVault token is the organization: it reads, writes and deletes everything on its node'
const FULL_AUTHORITY =
  'a SecretVault token without a scope is the builder: it reads, writes and deletes everything on its node; give the minter a scope'

/**
 * Mints SecretVault tokens, one per node, named by the node's DID: ES256K JWTs for nodes of the seed era, NUCs
 * for today's. Signs locally, or by the `signer` given.
 *
 * @throws {ClusterConfigError} at start-up, naming every field and option to mend and no value.
 */
export function secretvault(options: SecretVaultMinterOptions): GroupMinter {
  const { tokenFormat: format = 'jwt', allowFullAuthority = false, revocable = false } = options
  const { clock = { now: () => Date.now() }, cluster, scope, watchIntervalMs } = options
  const { lifetimeMs = defaultLifetimeOf(format) } = options
  const { current, credentialVersion, reload, watch } = createCredential({
    label: 'the SecretVault cluster configuration',
    file: typeof cluster === 'string' || cluster instanceof URL ? cluster : undefined,
    read: () => readOptions(options),
    identityOf: ({ orgDid, nodes, signer: { publicKey } }) =>
      JSON.stringify([format, orgDid, nodes.map(identityOf), Array.from(publicKey)]),
    watchIntervalMs,
  })
  const didOf = createNodeIdentities({ format, clock })

  async function revoke(token: MintedToken, { signal }: { signal: AbortSignal }): Promise<void> {
    const { nodes, signer } = current()
    const node = nodes.find(({ url }) => url === token.resource)
    if (!node) return
    const audience = await didOf(node)
    await revokeNuc({ signer, audience, token, nowMs: clock.now(), signal })
  }

  return {
    name: 'secretvault',
    shareable: !revocable,
    limits: { defaultLifetimeMs: lifetimeMs, maxLifetimeMs: MAX_LIFETIME_MS },
    ...(format === 'jwt' && { fullAuthority: SEED_AUTHORITY }),
    ...(format === 'nuc' && scope === undefined && { fullAuthority: FULL_AUTHORITY }),
    allowFullAuthority,
    members: () => current().members,
    async mint(request) {
      request.signal.throwIfAborted()
      const held = current()
      const node = nodeOf(held, request.member)
      const exp = expiryOf(clock.now(), request.lifetimeMs)
      const order = { cluster: held, url: node.url, audience: await didOf(node), exp, request }
      return format === 'jwt' ? mintJwt(order) : mintNuc(order, scope)
    },
    ...(revocable && { revoke }),
    credentialVersion,
    reload,
    watch(notify) {
      announceSigner(current().signer, notify)
      return watch(notify)
    },
  }
}

const identityOf = ({ url, name, seedDid, publicKey }: ClusterNode): readonly unknown[] => [
  url,
  name,
  seedDid,
  publicKey && Array.from(publicKey),
]

/** @throws {ClusterConfigError} naming all faults at once. */
function readOptions(options: SecretVaultMinterOptions): Cluster {
  const faults: ClusterFault[] = []
  const report: Report = (field, fault) => void faults.push({ field, fault })
  reportOptions(options, report)
  const { checkDid = true, allowHttp = false, signer, tokenFormat: format } = options
  const rules = { checkDid, allowHttp, signer, format }
  const cluster = readCluster(options.cluster, rules, report)
  if (cluster === undefined || faults.length > 0)
    throw new ClusterConfigError(sourceOf(options.cluster), faults)
  return cluster
}

function nodeOf({ nodes }: Cluster, member: string | undefined): ClusterNode {
  const node = nodes.find(({ name }) => name === member)
  if (node) return node
  throw new MintError('invalid_target', `secretvault has no node ${member ?? '(none named)'}`)
}
