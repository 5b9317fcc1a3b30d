/** The vaults behind the demo: the sandbox's, or those that files name. */
import type { GroupMinter } from '@valetkey/broker'
import { type EmulatorControl, type Sandbox, startSandbox } from '@valetkey/sandbox'
import { secretvault } from '@valetkey/secretvault/minter'
import { type DemoConfig, isLoopback } from './config.ts'
import type { MintCounter } from './mint-counter.ts'
import { emulatedPatients, type PatientsVault, patientsOfFile } from './patients.ts'
import { ensureSchema } from './schema.ts'
import { StartError } from './start-error.ts'
import { createVaultFaults, type VaultFaults } from './vault-faults.ts'

/** The group of SecretVault nodes, as the page asks for it. */
export const RECORDS = 'records'

interface Records {
  minter: GroupMinter
  nodes: readonly { did: string; url: string }[]
  /** True where the nodes are the sandbox's. */
  isEmulated: boolean
}

export interface Vaults extends Records {
  patients: PatientsVault
  faults: VaultFaults
  /** Origins that the page calls. */
  origins: readonly string[]
  close(): Promise<void>
}

/**
 * Opens the vaults, ready to be written to.
 *
 * @throws {StartError} when a vault cannot be used, or when real tokens would be open to the network.
 * @throws {ClusterConfigError} when the cluster file is wrong.
 */
export async function openVaults(config: DemoConfig, mints: MintCounter): Promise<Vaults> {
  const { clusterFile, skyflowFile } = config
  const ownPatients = skyflowFile === undefined ? undefined : patientsOfFile(skyflowFile)
  const isWholeOwn = clusterFile !== undefined && ownPatients !== undefined
  const sandbox = isWholeOwn ? undefined : await startSandbox({ cors: config.cors })
  const close = async () => sandbox?.close()
  try {
    const records = openRecords(clusterFile, sandbox)
    const patients = ownPatients ?? emulatedPatients(must(sandbox))
    refuseOpenDoor(config, [...records.nodes.map(({ url }) => url), patients.vaultUrl])
    await ensureSchema(RECORDS, records.minter)
    return {
      ...records,
      minter: mints.counting(records.minter),
      patients: { ...patients, minter: mints.counting(patients.minter) },
      faults: createVaultFaults(controlsOf(sandbox, { records, patients }), mints),
      origins: originsOf(records, patients),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

// A token of this kind is the organization. In the sandbox that is a test key of this process.
function openRecords(clusterFile: string | undefined, sandbox: Sandbox | undefined): Records {
  if (clusterFile !== undefined) {
    const minter = secretvault({ cluster: clusterFile, allowFullAuthority: true })
    return { minter, nodes: nodesOf(minter), isEmulated: false }
  }
  const { secretKey, orgDid, nodes } = must(sandbox).secretvault
  const cluster = { orgCredentials: { secretKey, orgDid }, nodes }
  const minter = secretvault({ cluster, allowFullAuthority: true })
  return { minter, nodes: nodesOf(minter), isEmulated: true }
}

/** Only what is emulated can be broken. */
function controlsOf(
  sandbox: Sandbox | undefined,
  { records, patients }: { records: Records; patients: PatientsVault },
): ReadonlyMap<string, EmulatorControl> {
  const controls = new Map<string, EmulatorControl>()
  if (!sandbox) return controls
  for (const [index, { did }] of records.nodes.entries()) {
    const control = records.isEmulated && sandbox.nodes[index]
    if (control) controls.set(did, control)
  }
  if (patients.isEmulated) controls.set(patients.minter.name, sandbox.skyflowControl)
  return controls
}

function must(sandbox: Sandbox | undefined): Sandbox {
  if (sandbox) return sandbox
  throw new StartError('The sandbox did not start.')
}

function nodesOf(minter: GroupMinter): { did: string; url: string }[] {
  return minter.members().map(({ name, resource }) => ({ did: name, url: resource }))
}

function originsOf({ nodes }: Records, { vaultUrl }: PatientsVault): string[] {
  return [...new Set([...nodes.map(({ url }) => url), vaultUrl].map((url) => new URL(url).origin))]
}

// The demo's users have no password: whoever reaches the page can hold the organization's tokens.
function refuseOpenDoor(config: DemoConfig, urls: readonly string[]): void {
  const areReal = urls.some((url) => !isLoopback(new URL(url).hostname))
  if (!areReal || isLoopback(config.host) || config.allowFullAuthority) return
  const files = [config.clusterFile, config.skyflowFile].filter(Boolean).join(' and ')
  throw new StartError(
    `HOST ${config.host} lets others sign in without a password and get tokens for the vaults of ${files}, with the whole authority of the organization. Leave HOST out, or set VALETKEY_ALLOW_FULL_AUTHORITY=1 if that is meant.`,
  )
}
