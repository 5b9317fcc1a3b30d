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
import { emulatedVisits, type VisitsDatabase } from './visits.ts'
import { emulatedWallet, type WalletService } from './wallet.ts'

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
  visits: VisitsDatabase
  wallet: WalletService
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
  const sandbox = await startSandbox({ cors: config.cors })
  const close = () => sandbox.close()
  try {
    const records = openRecords(clusterFile, sandbox)
    const patients = ownPatients ?? emulatedPatients(sandbox)
    const visits = emulatedVisits(sandbox)
    const wallet = emulatedWallet(sandbox)
    refuseOpenDoor(config, [...records.nodes.map(({ url }) => url), patients.vaultUrl])
    await ensureSchema(RECORDS, records.minter)
    return {
      ...records,
      minter: mints.counting(records.minter),
      patients: { ...patients, minter: mints.counting(patients.minter) },
      visits: { ...visits, minter: mints.counting(visits.minter) },
      wallet: { ...wallet, minter: mints.counting(wallet.minter) },
      faults: createVaultFaults(controlsOf(sandbox, { records, patients }), mints),
      origins: originsOf([
        ...records.nodes.map(({ url }) => url),
        patients.vaultUrl,
        visits.url,
        wallet.url,
      ]),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

// A token of this kind is the organization. In the sandbox that is a test key of this process.
function openRecords(clusterFile: string | undefined, sandbox: Sandbox): Records {
  if (clusterFile !== undefined) {
    const minter = secretvault({ cluster: clusterFile, allowFullAuthority: true })
    return { minter, nodes: nodesOf(minter), isEmulated: false }
  }
  const { secretKey, orgDid, nodes } = sandbox.secretvault
  const cluster = { orgCredentials: { secretKey, orgDid }, nodes }
  const minter = secretvault({ cluster, allowFullAuthority: true })
  return { minter, nodes: nodesOf(minter), isEmulated: true }
}

/** Only what is emulated can be broken. */
function controlsOf(
  sandbox: Sandbox,
  { records, patients }: { records: Records; patients: PatientsVault },
): ReadonlyMap<string, EmulatorControl> {
  const controls = new Map<string, EmulatorControl>([
    ['nexusrundb', sandbox.nexusrundbControl],
    ['waltid', sandbox.waltidControl],
  ])
  for (const [index, { did }] of records.nodes.entries()) {
    const control = records.isEmulated && sandbox.nodes[index]
    if (control) controls.set(did, control)
  }
  if (patients.isEmulated) controls.set(patients.minter.name, sandbox.skyflowControl)
  return controls
}

function nodesOf(minter: GroupMinter): { did: string; url: string }[] {
  return minter.members().map(({ name, resource }) => ({ did: name, url: resource }))
}

function originsOf(urls: readonly string[]): string[] {
  return [...new Set(urls.map((url) => new URL(url).origin))]
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
