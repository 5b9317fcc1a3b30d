/** The vaults behind the demo: the sandbox's nodes, or those a cluster file names. */
import type { GroupMinter } from '@valetkey/broker'
import { startSandbox } from '@valetkey/sandbox'
import { secretvault } from '@valetkey/secretvault/minter'
import { type DemoConfig, isLoopback } from './config.ts'
import { createNodeFaults, type NodeFaults } from './node-faults.ts'
import type { MintCounter } from './mint-counter.ts'
import { ensureSchema } from './schema.ts'
import { StartError } from './start-error.ts'

/** The group of SecretVault nodes, as the page asks for it. */
export const RECORDS = 'records'

export interface Vaults {
  minter: GroupMinter
  nodes: readonly { did: string; url: string }[]
  /** Only where the nodes are emulated. */
  faults: NodeFaults | undefined
  close(): Promise<void>
}

/**
 * Opens the vaults, ready to be written to.
 *
 * @throws {StartError} when a node cannot be used, or when real tokens would be open to the network.
 * @throws {ClusterConfigError} when the cluster file is wrong.
 */
export async function openVaults(config: DemoConfig, mints: MintCounter): Promise<Vaults> {
  return config.clusterFile === undefined
    ? openSandbox(mints)
    : openCluster(config, config.clusterFile, mints)
}

async function openSandbox(mints: MintCounter): Promise<Vaults> {
  const sandbox = await startSandbox()
  const { secretKey, orgDid, nodes } = sandbox.secretvault
  const controls = new Map(
    sandbox.nodes.map((control, index) => [nodes[index]?.did ?? '', control]),
  )
  const cluster = { orgCredentials: { secretKey, orgDid }, nodes }
  // A token of this kind is the organization. Here the organization is a test key of this process.
  const minter = secretvault({ cluster, allowFullAuthority: true })
  await ensureSchema(RECORDS, minter)
  return {
    minter: mints.counting(minter),
    nodes: nodesOf(minter),
    faults: createNodeFaults(controls, mints),
    close: () => sandbox.close(),
  }
}

async function openCluster(config: DemoConfig, file: string, mints: MintCounter): Promise<Vaults> {
  const minter = secretvault({ cluster: file, allowFullAuthority: true })
  const nodes = nodesOf(minter)
  refuseOpenDoor(config, nodes)
  await ensureSchema(RECORDS, minter)
  return { minter: mints.counting(minter), nodes, faults: undefined, close: async () => {} }
}

function nodesOf(minter: GroupMinter): { did: string; url: string }[] {
  return minter.members().map(({ name, resource }) => ({ did: name, url: resource }))
}

// The demo's users have no password: whoever reaches the page can hold the organization's tokens.
function refuseOpenDoor(config: DemoConfig, nodes: readonly { url: string }[]): void {
  const areReal = nodes.some(({ url }) => !isLoopback(new URL(url).hostname))
  if (!areReal || isLoopback(config.host) || config.allowFullAuthority) return
  throw new StartError(
    `HOST ${config.host} lets others sign in without a password and get tokens with the whole authority of the organization in ${config.clusterFile}. Leave HOST out, or set VALETKEY_ALLOW_FULL_AUTHORITY=1 if that is meant.`,
  )
}
