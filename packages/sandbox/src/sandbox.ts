/** Starts the emulated systems on ports of their own. */
import { writeAuthorityFile } from './authority-file.ts'
import { createServerCertificate } from './certificate.ts'
import type { CorsMode } from './cors.ts'
import { openDataFile } from './data-file.ts'
import type { EmulatorControl } from './emulator.ts'
import type { Listener } from './listener.ts'
import type { NexusRunDbHabits } from './nexusrundb/habits.ts'
import { type NexusRunDbAccess, serveNexusRunDb } from './nexusrundb-server.ts'
import { createPorts, originOf, reachableHost } from './ports.ts'
import type { SeedVersion } from './secretvault/environment.ts'
import { type SecretVaultCluster, type ServedCluster, serveCluster } from './secretvault-cluster.ts'
import { generateRsaKeys, type KeyPair } from './skyflow/service-account.ts'
import { serveSkyflow, type SkyflowServer } from './skyflow-server.ts'
import { serveWaltid, type WaltidAccess } from './waltid-server.ts'

export interface SandboxOptions {
  /**
   * The first port; the nodes take it and those after it, then Skyflow's HTTP and HTTPS, then
   * walt.id's, then NexusRunDB's. 0 takes free ones.
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
  /**
   * Makes SecretVault's keys and Skyflow's ids the same at every start. Without it they are random. Never use
   * such keys elsewhere. Skyflow's RSA keys are new at every start.
   */
  seed?: string
  /**
   * How long Skyflow's bearer tokens live: `assertion` for as long as the assertion that asked for them (an hour
   * at most), or a number of seconds. Which of the two the real service does is not documented.
   *
   * @default 'assertion'
   */
  bearerLifetime?: 'assertion' | number
  /** Makes the SecretVault nodes refuse what the real ones let pass; the README lists it. @default false */
  strict?: boolean
  /** The seed era's API: that of nilDB 0.5, or of 0.4 before it. @default '0.5' */
  seedVersion?: SeedVersion
  /** Gives walt.id's tokens an `exp`; whether the real ones have it is not documented. @default false */
  waltidTokenExp?: boolean
  /** Other answers to what NexusRunDB's documents leave open of its token endpoint. @default as our adapter assumes */
  nexusrundb?: NexusRunDbHabits
  /**
   * A file to keep the SecretVault nodes' keys and data in, from one start to the next. Made where it is not
   * there. Without it all is gone when the sandbox closes.
   */
  dataFile?: string
}

/** All that a client of the emulated Skyflow needs. */
export interface SkyflowAccess extends Omit<SkyflowServer, 'control'> {
  vaultUrl: string
  /** The same over HTTPS, for clients that take nothing else. */
  vaultUrlTls: string
  /** The certificate to trust for `vaultUrlTls`, PEM. Gone once the sandbox is closed. */
  caFile: string
}

export interface Sandbox {
  secretvault: SecretVaultCluster
  skyflow: SkyflowAccess
  waltid: WaltidAccess
  nexusrundb: NexusRunDbAccess
  /** One control per SecretVault node, in the order of `secretvault.nodes`. */
  nodes: readonly EmulatorControl[]
  /** Steers Skyflow: token endpoint and vault, on both its ports. */
  skyflowControl: EmulatorControl
  waltidControl: EmulatorControl
  nexusrundbControl: EmulatorControl
  /** Closes the ports, destroys open connections, removes `caFile`, writes `dataFile` a last time. */
  close(): Promise<void>
}

const DEFAULT_HOST = '127.0.0.1'
const LOCAL_HOSTS = ['localhost', '127.0.0.1', '::1']
const MAX_NODES = 16
const SKYFLOW_PORTS = 2
const WALTID_PORTS = 1
const NEXUSRUNDB_PORTS = 1

/**
 * Starts the sandbox and resolves once every port answers. The organization it names is registered on every
 * node; others register themselves over HTTP.
 *
 * @throws {RangeError} for a number of nodes, a port or a lifetime that cannot be.
 * @throws {PortError} when a port cannot be opened; those opened before are closed again.
 * @throws {DataFileError} for a `dataFile` that is there and was not written by a sandbox.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { host = DEFAULT_HOST, portBase = 0 } = options
  const nodeCount = nodeCountOf(options)
  const bearerLifetime = lifetimeOf(options)
  const count = nodeCount + SKYFLOW_PORTS + WALTID_PORTS + NEXUSRUNDB_PORTS
  const ports = createPorts({ host, portBase, count })
  let close = () => ports.close()
  try {
    const certifying = createServerCertificate([...new Set([...LOCAL_HOSTS, reachableHost(host)])])
    const generating = generateRsaKeys()
    // The ports first: a taken one is told of before the keys are made.
    const nodes = await Promise.all(Array.from({ length: nodeCount }, () => ports.open()))
    const skyflow = await ports.open()
    const [accountKeys, certificate] = await Promise.all([generating, certifying])
    const skyflowTls = await ports.open(certificate)
    const waltid = await ports.open()
    const listeners = { nodes, skyflow, skyflowTls, waltid, nexusrundb: await ports.open() }
    const caFile = await writeAuthorityFile(certificate.authority)
    close = async () => {
      await Promise.all([ports.close(), caFile.remove()])
    }
    return serve(listeners, {
      ...options,
      host,
      bearerLifetime,
      accountKeys,
      caFile: caFile.path,
      close,
    })
  } catch (error) {
    await close()
    throw error
  }
}

interface Listeners {
  nodes: Listener[]
  skyflow: Listener
  skyflowTls: Listener
  waltid: Listener
  nexusrundb: Listener
}

interface Serving extends SandboxOptions, Pick<Sandbox, 'close'> {
  host: string
  bearerLifetime: 'assertion' | number
  accountKeys: KeyPair
  caFile: string
}

function serve(listeners: Listeners, serving: Serving): Sandbox {
  const { host, cors = 'open', bearerLifetime, accountKeys, caFile } = serving
  const { cluster, controls, seed, close } = serveNodes(listeners.nodes, serving)
  const vaultUrl = originOf('http', host, listeners.skyflow)
  const { control, ...skyflow } = serveSkyflow({
    listeners: [listeners.skyflow, listeners.skyflowTls],
    url: vaultUrl,
    cors,
    seed,
    bearerLifetime,
    accountKeys,
    // Not waited for: the first exchange does, and by then they are there.
    bearerKeys: generateRsaKeys(),
  })
  const vaultUrlTls = originOf('https', host, listeners.skyflowTls)
  const waltid = serveWaltid({
    listener: listeners.waltid,
    url: originOf('http', host, listeners.waltid),
    cors,
    seed,
    includeExp: serving.waltidTokenExp ?? false,
  })
  const nexusrundb = serveNexusRunDb({
    listener: listeners.nexusrundb,
    url: originOf('http', host, listeners.nexusrundb),
    cors,
    seed,
    habits: serving.nexusrundb ?? {},
  })
  return {
    secretvault: cluster,
    skyflow: { vaultUrl, vaultUrlTls, caFile, ...skyflow },
    waltid: waltid.access,
    nexusrundb: nexusrundb.access,
    nodes: controls,
    skyflowControl: control,
    waltidControl: waltid.control,
    nexusrundbControl: nexusrundb.control,
    close,
  }
}

interface ServedNodes extends Pick<ServedCluster, 'cluster' | 'controls'>, Pick<Sandbox, 'close'> {
  seed: string | undefined
}

/** With a data file the seed is that of the file. */
function serveNodes(listeners: readonly Listener[], serving: Serving): ServedNodes {
  const { host, cors = 'open', strict: isStrict = false, seedVersion = '0.5', dataFile } = serving
  const options = { listeners, host, cors, isStrict, seedVersion }
  if (dataFile === undefined) {
    const { seed, close } = serving
    return { ...serveCluster({ ...options, seed }), seed, close }
  }
  const file = openDataFile({
    path: dataFile,
    seed: serving.seed,
    read: () => served.tables(),
  })
  const { seed, nodes: remembered } = file
  const served = serveCluster({ ...options, seed, remembered, onChange: () => file.touch() })
  file.touch()
  const close = async () => {
    await serving.close()
    await file.close()
  }
  return { ...served, seed, close }
}

function nodeCountOf({ nodes = 3 }: SandboxOptions): number {
  if (Number.isInteger(nodes) && nodes >= 1 && nodes <= MAX_NODES) return nodes
  throw new RangeError(`nodes is ${nodes}: give a whole number from 1 to ${MAX_NODES}`)
}

function lifetimeOf({ bearerLifetime = 'assertion' }: SandboxOptions): 'assertion' | number {
  if (bearerLifetime === 'assertion' || bearerLifetime > 0) return bearerLifetime
  throw new RangeError(`bearerLifetime is ${bearerLifetime}: give 'assertion', or seconds above 0`)
}
