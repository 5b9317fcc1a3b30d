/** What the vaults are called: at the broker in either delivery, on the page. */
import type { Deliveries, Delivery } from './delivery.ts'
import type { SessionView } from './session.ts'

export const PATIENTS_POSITION = 4
export const VISITS_POSITION = 5
export const WALLET_POSITION = 6

export function recordsIn(delivery: Delivery): 'records' | 'records-proxied' {
  return delivery === 'direct' ? 'records' : 'records-proxied'
}

export function patientsIn(delivery: Delivery): 'patients' | 'patients-proxied' {
  return delivery === 'direct' ? 'patients' : 'patients-proxied'
}

export function visitsIn(delivery: Delivery): 'visits' | 'visits-proxied' {
  return delivery === 'direct' ? 'visits' : 'visits-proxied'
}

export function walletIn(delivery: Delivery): 'wallet' | 'wallet-proxied' {
  return delivery === 'direct' ? 'wallet' : 'wallet-proxied'
}

export type NodeAudience = `${ReturnType<typeof recordsIn>}/${string}`

/** A node is named by its DID. */
export function nodeIn(delivery: Delivery, did: string): NodeAudience {
  return `${recordsIn(delivery)}/${did}`
}

/** True if the broker keeps this audience's tokens. */
export function isProxied(audience: string): boolean {
  return /^\w+-proxied(\/|$)/.test(audience)
}

/** A vault as the page shows it. */
export interface Vault {
  audience:
    | NodeAudience
    | ReturnType<typeof patientsIn>
    | ReturnType<typeof visitsIn>
    | ReturnType<typeof walletIn>
  name: string
  /** From 1; decides about mark and colour. */
  position: number
  isGranted: boolean
}

/** All vaults, the nodes first. */
export function vaultsIn({ delivery, shyDelivery }: Deliveries, session: SessionView): Vault[] {
  const { nodes, patients, visits, wallet } = session
  return [
    ...nodes.map(({ did, isGranted }, index) => ({
      audience: nodeIn(delivery, did),
      name: `Node ${index + 1}`,
      position: index + 1,
      isGranted,
    })),
    {
      audience: patientsIn(delivery),
      name: 'Skyflow',
      position: PATIENTS_POSITION,
      isGranted: patients.access !== null,
    },
    {
      audience: visitsIn(shyDelivery),
      name: 'NexusRunDB',
      position: VISITS_POSITION,
      isGranted: visits.access !== null,
    },
    {
      audience: walletIn(shyDelivery),
      name: 'walt.id',
      position: WALLET_POSITION,
      isGranted: wallet.isGranted,
    },
  ]
}

const ALL_DIRECT: Deliveries = { delivery: 'direct', shyDelivery: 'direct' }

/** What the page calls an audience of the broker, in whichever delivery. */
export function nameOfAudience(audience: string, session: SessionView): string {
  const direct = audience.replace('-proxied', '')
  const vault = vaultsIn(ALL_DIRECT, session).find((one) => one.audience === direct)
  return vault?.name ?? (direct === 'records' ? 'all nodes' : `“${audience}”`)
}
