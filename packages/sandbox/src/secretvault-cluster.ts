/** Serves a cluster of emulated SecretVault nodes, with one organization registered on all of them. */
import type { CorsMode } from './cors.ts'
import type { EmulatorControl } from './emulator.ts'
import type { Listener } from './listener.ts'
import { originOf } from './ports.ts'
import type { SeedVersion } from './secretvault/environment.ts'
import { createSecretKey, identityOf } from './secretvault/identity.ts'
import type { Tables } from './secretvault/tables.ts'
import { serveSecretVaultNode } from './secretvault-server.ts'

/** A cluster in the form that SecretVault's clients and Valet Key's minter read. */
export interface SecretVaultCluster {
  /** The organization's key, 64 hex digits: for tests only. It is the builder's in today's API. */
  secretKey: string
  /** The organization, as the seed era names it. */
  orgDid: string
  /** The same as today's API names it. */
  builderDid: string
  /** With `did` of the seed era, `didKey` of today's API. */
  nodes: { url: string; did: string; didKey: string; publicKey: string }[]
}

export interface ServedCluster {
  cluster: SecretVaultCluster
  controls: EmulatorControl[]
  /** What each node remembers now. */
  tables(): Tables[]
}

export interface ClusterOptions {
  /** One per node. */
  listeners: readonly Listener[]
  host: string
  cors: CorsMode
  seed: string | undefined
  isStrict: boolean
  seedVersion: SeedVersion
  /** What each node remembers from an earlier life. */
  remembered?: readonly Tables[]
  onChange?: () => void
}

export function serveCluster({ listeners, host, seed, ...options }: ClusterOptions): ServedCluster {
  const { cors, isStrict, seedVersion, remembered = [], onChange } = options
  const organization = identityOf(createSecretKey(seed, 'organization'))
  const members = [{ name: 'sandbox', identity: organization }]
  const served = listeners.map((listener, index) => {
    const identity = identityOf(createSecretKey(seed, `node ${index + 1}`))
    const url = originOf('http', host, listener)
    const tables = remembered[index]
    const server = serveSecretVaultNode({
      listener,
      url,
      identity,
      cors,
      members,
      isStrict,
      seedVersion,
      ...(tables && { tables }),
      ...(onChange && { onChange }),
    })
    const { didNil: did, didKey, publicKey } = identity
    return { server, node: { url, did, didKey, publicKey } }
  })
  const { secretKey, didNil: orgDid, didKey: builderDid } = organization
  return {
    cluster: { secretKey, orgDid, builderDid, nodes: served.map(({ node }) => node) },
    controls: served.map(({ server }) => server.control),
    tables: () => served.map(({ server }) => server.tables()),
  }
}
