/** Takes emulated vaults down and brings them back; remembers it for those who judge failures. */
import type { SessionView } from '../session.ts'
import { currentView, setFault } from '../session.ts'

/** After five failures in a row the broker leaves a vault that mints alone for 5 s; then it tries again. */
const GRACE_MS = 6000

const downUntil = new Map<string, number>()

/** Switches a vault (a node's DID, or its system's name) on or off. */
export async function setPower(vault: string, isUp: boolean): Promise<void> {
  // Before the server is told: from then on calls may fail.
  if (!isUp) downUntil.set(vault, Number.POSITIVE_INFINITY)
  await setFault(vault, isUp ? 'up' : 'down')
  if (isUp) downUntil.set(vault, performance.now() + GRACE_MS)
}

/** True if a call to this audience could not succeed, for its vault is down or came back this moment. */
export function isDown(audience: string): boolean {
  const view = currentView()
  const vault =
    view && vaultsOf(view).find((one) => one.audience === audience.replace('-proxied', ''))
  if (!vault) return false
  return vault.isDown || (downUntil.get(vault.id) ?? 0) > performance.now()
}

interface Powered {
  /** As the server knows it. */
  id: string
  /** As the broker knows it, in direct delivery. */
  audience: string
  isDown: boolean
}

function vaultsOf({ nodes, patients, visits, wallet }: SessionView): Powered[] {
  return [
    ...nodes.map((node) => ({
      id: node.did,
      audience: `records/${node.did}`,
      isDown: node.isDown,
    })),
    { id: 'skyflow', audience: 'patients', isDown: patients.isDown },
    { id: 'nexusrundb', audience: 'visits', isDown: visits.isDown },
    { id: 'waltid', audience: 'wallet', isDown: wallet.isDown },
  ]
}
