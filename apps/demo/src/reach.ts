/** Finds out whether this browser can reach the vaults, from the calls it makes anyway. */
import { nodeIn, patientsIn } from './audiences.ts'
import { currentDelivery, giveUpDirect } from './delivery.ts'
import { currentView } from './session.ts'

const reached = new Map<string, boolean>()

/** Notes how a direct call ended; once a whole system stays silent, calls go through the broker. */
export function noteReach(audience: string, isAnswered: boolean): void {
  reached.set(audience, isAnswered || (reached.get(audience) ?? false))
  if (!isAnswered && currentDelivery() === 'direct' && isSystemSilent()) giveUpDirect()
}

/** Begins anew, for another user, or for another try. */
export function forgetReach(): void {
  reached.clear()
}

/** A system is silent if none of its vaults ever answered: one of three that is down is another matter. */
function isSystemSilent(): boolean {
  const view = currentView()
  if (!view) return false
  const nodes = view.nodes.filter(({ isGranted, isDown }) => isGranted && !isDown)
  const systems = [
    nodes.map(({ did }): string => nodeIn('direct', did)),
    view.patients.access === null || view.patients.isDown ? [] : [patientsIn('direct')],
  ]
  return systems.some(
    (system) => system.length > 0 && system.every((audience) => reached.get(audience) === false),
  )
}
