/** Says what a builder may still do, by how it stands with its credits. */
import type { CreditStatus } from '../../fault-shape.ts'

export type Operation = 'read' | 'write' | 'execute'

export const WARNING =
  'Your credit balance is low. Please add credits to avoid service interruption.'

/** Why the operation is refused; undefined where it is not. */
export function refusalFor(status: CreditStatus, operation: Operation): string | undefined {
  if (status === 'suspended' || status === 'pending_purge')
    return 'Account suspended due to insufficient credits'
  if (status === 'read_only' && operation !== 'read')
    return 'Write operations disabled - please add credits to your account'
  return undefined
}
