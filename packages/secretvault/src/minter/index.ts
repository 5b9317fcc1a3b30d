/** The server half of SecretVault: a minter that signs one token per node. */
import { randomBytes } from 'node:crypto'
import { type GroupMinter, MintError, type MintRequest, type MintedToken } from '@valetkey/broker'
import { type Cluster, type ClusterConfig, readCluster } from './cluster-config.ts'
import { signJwt } from './es256k.ts'

export type { ClusterConfig, OrgCredentials } from './cluster-config.ts'
export { ClusterConfigError, type ClusterFault } from './cluster-config-error.ts'

/** The seed's own lifetime; a longer-lived organization token in a browser serves nobody. */
const MAX_LIFETIME_MS = 3_600_000
const DEFAULT_LIFETIME_MS = 300_000
const MIN_LIFETIME_MS = 2_000
const SECOND_MS = 1_000
const TOKEN_ID_BYTES = 16

export interface SecretVaultMinterOptions {
  /** Path of the cluster configuration (JSON), or its content. Read once, at start-up. */
  cluster: string | URL | ClusterConfig
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
}

/**
 * Mints SecretVault tokens: one ES256K JWT per node, named by the node's DID. Signs locally; no call leaves
 * the server.
 *
 * @throws {ClusterConfigError} at start-up, naming every field to mend and no value.
 * @throws {RangeError} if `lifetimeMs` is out of range, or `tokenFormat` unknown.
 */
export function secretvault(options: SecretVaultMinterOptions): GroupMinter {
  const { lifetimeMs = DEFAULT_LIFETIME_MS, allowFullAuthority = false } = options
  const { checkDid = true, allowHttp = false, clock = { now: () => Date.now() } } = options
  const { tokenFormat = 'jwt' } = options
  if (tokenFormat !== 'jwt')
    throw new RangeError("secretvault: tokenFormat must be 'jwt', the only one there is so far")
  if (!(lifetimeMs >= MIN_LIFETIME_MS && lifetimeMs <= MAX_LIFETIME_MS))
    throw new RangeError(
      `secretvault: lifetimeMs must be from ${MIN_LIFETIME_MS} to ${MAX_LIFETIME_MS}`,
    )
  const cluster = readCluster(options.cluster, { checkDid, allowHttp })
  const members = cluster.nodes.map(({ did, url }) => ({ name: did, resource: url }))

  return {
    name: 'secretvault',
    shareable: true,
    limits: { defaultLifetimeMs: lifetimeMs, maxLifetimeMs: MAX_LIFETIME_MS },
    fullAuthority:
      'a seed-era SecretVault token is the organization: it reads, writes and deletes everything on its node',
    allowFullAuthority,
    members: () => members,
    async mint(request) {
      request.signal.throwIfAborted()
      return mintToken(request, cluster, clock.now())
    },
  }
}

function mintToken(request: MintRequest, cluster: Cluster, now: number): MintedToken {
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
  const jti = randomBytes(TOKEN_ID_BYTES).toString('base64url')
  // No `iat`: nodes refuse one that lies more than 5 minutes ahead of their clock, and need none.
  const claims = { iss: cluster.orgDid, aud: node.did, exp, jti }
  return {
    value: signJwt(claims, cluster.key),
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
