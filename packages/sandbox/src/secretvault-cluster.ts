/** Serves a cluster of emulated SecretVault nodes, with one organization registered on all of them. */
import type { CorsMode } from './cors.ts'
import type { EmulatorControl } from './emulator.ts'
import type { Listener } from './listener.ts'
import { originOf } from './ports.ts'
import { createSecretKey, identityOf } from './secretvault/identity.ts'
import { serveSecretVaultNode } from './secretvault-server.ts'

/** A cluster in the form that SecretVault's clients and Valet Key's minter read. */
export interface SecretVaultCluster {
  /** The organization's key, 64 hex digits: for tests only. */
  secretKey: string
  orgDid: string
  nodes: { url: string; did: string; publicKey: string }[]
}

export interface ServedCluster {
  cluster: SecretVaultCluster
  controls: EmulatorControl[]
}

export interface ClusterOptions {
  /** One per node. */
  listeners: readonly Listener[]
  host: string
  cors: CorsMode
  seed: string | undefined
}

export function serveCluster({ listeners, host, cors, seed }: ClusterOptions): ServedCluster {
  const organization = identityOf(createSecretKey(seed, 'organization'))
  const { didNil: orgDid, publicKey, secretKey } = organization
  const organizations = [{ did: orgDid, publicKey, name: 'sandbox' }]
  const nodes = listeners.map((listener, index) => {
    const identity = identityOf(createSecretKey(seed, `node ${index + 1}`))
    const url = originOf('http', host, listener)
    return serveSecretVaultNode({ listener, url, identity, cors, organizations })
  })
  return {
    cluster: {
      secretKey,
      orgDid,
      nodes: nodes.map(({ url, did, publicKey }) => ({ url, did, publicKey })),
    },
    controls: nodes.map(({ control }) => control),
  }
}
