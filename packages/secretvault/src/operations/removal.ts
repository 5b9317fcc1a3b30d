/** Removes something from every node, and again where a node failed: to remove twice does no harm. */
import { failureOf, type Leftover, standingOf } from '../all-or-nothing.ts'
import { type Attempt, callNode, type NodeCall } from '../node-call.ts'
import type { CallOptions } from '../types.ts'
import type { Answered, VaultContext } from '../vault-context.ts'

const RETRIES = 2

/**
 * The nodes' answers, once none holds it. A node that says "not found" counts as done if another has
 * removed it, and has no part in the answer.
 *
 * @throws {VaultError} `write_failed` if no node removed anything, `write_incomplete` naming those that
 * still hold it (`residue`) or may (`uncertain`).
 */
export async function removeFromAll<T>(
  { source, writeDeadlineMs: deadlineMs }: VaultContext,
  call: NodeCall<T>,
  { signal }: CallOptions = {},
): Promise<readonly Answered<T>[]> {
  const nodes = await source.forWriting(deadlineMs, signal)
  const attempts = await Promise.all(
    nodes.map((node) => callNode(node, call, { deadlineMs, retries: RETRIES, signal })),
  )
  const done = attempts.filter((attempt) => attempt.ok)
  const leftovers = attempts.map((attempt) => leftoverOf(attempt, done.length > 0))
  if (done.length > 0 && leftovers.every((leftover) => leftover === 'clean')) return done
  if (done.length === 0 && attempts.every((attempt) => standingOf(attempt) === 'refused'))
    throw failureOf(attempts, [], { repeatable: true })
  throw failureOf(attempts, leftovers, { repeatable: true })
}

function leftoverOf(attempt: Attempt<unknown>, removedElsewhere: boolean): Leftover {
  if (attempt.ok) return 'clean'
  if (attempt.error.code === 'not_found' && removedElsewhere) return 'clean'
  return standingOf(attempt) === 'refused' ? 'kept' : 'unknown'
}
