/** Starts the emulated systems on ports of their own. */
import type { CorsMode } from './cors.ts'
import type { EmulatorControl } from './emulator.ts'
import { type Listener, openListener } from './listener.ts'
import { createSecretKey, identityOf } from './secretvault/identity.ts'
import { serveSecretVaultNode } from './secretvault-server.ts'

export interface SandboxOptions {
  /**
   * The first port; the nodes take it and those after it. 0 takes free ones.
   *
   * @default 0
   */
  portBase?: number
  /** @default '127.0.0.1' */
  host?: string
  /** @default 'open' */
  cors?: CorsMode
  /** How many SecretVault nodes. @default 3 */
  nodes?: number
  /** Makes the keys the same at every start. Without it they are random. Never use such keys elsewhere. */
  seed?: string
}

/** A cluster in the form that SecretVault's clients and Valet Key's minter read. */
export interface SecretVaultCluster {
  /** The organization's key, 64 hex digits: for tests only. */
  secretKey: string
  orgDid: string
  nodes: { url: string; did: string; publicKey: string }[]
}

export interface Sandbox {
  secretvault: SecretVaultCluster
  /** One control per SecretVault node, in the order of `secretvault.nodes`. */
  nodes: readonly EmulatorControl[]
  /** Closes the ports and destroys open connections. */
  close(): Promise<void>
}

const DEFAULT_HOST = '127.0.0.1'
const MAX_NODES = 16
const MAX_PORT = 65_535
const ANY_ADDRESS = new Set(['0.0.0.0', '::'])

/**
 * Starts the sandbox and resolves once every port answers. The organization it names is registered on every
 * node; others register themselves over HTTP.
 *
 * @throws {RangeError} for a number of nodes or a port that cannot be.
 * @throws {PortError} when a port cannot be opened; those opened before are closed again.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { host = DEFAULT_HOST, cors = 'open', seed } = options
  const listeners = await openAll(host, portsOf(options))
  const organization = identityOf(createSecretKey(seed, 'organization'))
  const { didNil, publicKey } = organization
  const organizations = [{ did: didNil, publicKey, name: 'sandbox' }]
  const nodes = listeners.map((listener, index) => {
    const identity = identityOf(createSecretKey(seed, `node ${index + 1}`))
    const url = urlOf(host, listener.port)
    return serveSecretVaultNode({ listener, url, identity, cors, organizations })
  })
  return {
    secretvault: {
      secretKey: organization.secretKey,
      orgDid: organization.didNil,
      nodes: nodes.map(({ url, did, publicKey }) => ({ url, did, publicKey })),
    },
    nodes: nodes.map(({ control }) => control),
    close: () => closeAll(listeners),
  }
}

function portsOf({ portBase = 0, nodes = 3 }: SandboxOptions): number[] {
  if (!Number.isInteger(nodes) || nodes < 1 || nodes > MAX_NODES)
    throw new RangeError(`nodes is ${nodes}: give a whole number from 1 to ${MAX_NODES}`)
  const last = MAX_PORT - nodes + 1
  if (!Number.isInteger(portBase) || portBase < 0 || portBase > last)
    throw new RangeError(`portBase is ${portBase}: give 0, or a whole number up to ${last}`)
  return Array.from({ length: nodes }, (_, index) => (portBase === 0 ? 0 : portBase + index))
}

async function openAll(host: string, ports: number[]): Promise<Listener[]> {
  const results = await Promise.allSettled(ports.map((port) => openListener({ host, port })))
  const listeners = results.flatMap((result) =>
    result.status === 'fulfilled' ? [result.value] : [],
  )
  const failed = results.find((result) => result.status === 'rejected')
  if (!failed) return listeners
  await closeAll(listeners)
  throw failed.reason
}

async function closeAll(listeners: Listener[]): Promise<void> {
  await Promise.all(listeners.map((listener) => listener.close()))
}

/** A host that stands for every address is reached by the loopback one. */
function urlOf(host: string, port: number): string {
  const reachable = ANY_ADDRESS.has(host) ? DEFAULT_HOST : host
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`
}
