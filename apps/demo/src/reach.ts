/** Finds out whether this browser can reach the vaults, from the calls it makes anyway. */
import { nodeIn, patientsIn, visitsIn, walletIn } from './audiences.ts'
import { currentDeliveries, giveUpDirect } from './delivery.ts'
import { currentView } from './session.ts'

const reached = new Map<string, boolean>()

/** Notes how a direct call ended; once a whole system stays silent, calls go through the broker. */
export function noteReach(audience: string, isAnswered: boolean): void {
  reached.set(audience, isAnswered || (reached.get(audience) ?? false))
  if (!isAnswered && isSystemSilent()) giveUpDirect()
}

/** Begins anew, for another user, or for another try. */
export function forgetReach(): void {
  reached.clear()
}

/** A system is silent if none of its vaults ever answered: one of three that is down is another matter. */
function isSystemSilent(): boolean {
  const view = currentView()
  if (!view) return false
  const { delivery, shyDelivery } = currentDeliveries()
  const { patients, visits, wallet } = view
  const nodes = view.nodes.filter(({ isGranted, isDown }) => isGranted && !isDown)
  const open: string[][] = [
    nodes.map(({ did }) => nodeIn('direct', did)),
    patients.access === null || patients.isDown ? [] : [patientsIn('direct')],
  ]
  const shy: string[][] = [
    visits.access === null || visits.isDown ? [] : [visitsIn('direct')],
    wallet.isGranted && !wallet.isDown ? [walletIn('direct')] : [],
  ]
  const systems = [...(delivery === 'direct' ? open : []), ...(shyDelivery === 'direct' ? shy : [])]
  return systems.some(
    (system) => system.length > 0 && system.every((audience) => reached.get(audience) === false),
  )
}
