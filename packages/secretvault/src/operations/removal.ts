/** Removes something from every node, and again where a node failed: to remove twice does no harm. */
import { failureOf, type Leftover, standingOf } from '../all-or-nothing.ts'
import type { NodeApi } from '../node-api.ts'
import { type Attempt, callNode, type NodeCall, type VaultNode } from '../node-call.ts'
import type { CallOptions } from '../types.ts'
import { type Answered, nodesForWriting, type VaultContext } from '../vault-context.ts'

const RETRIES = 2

/**
 * The nodes' answers, once none holds it. A node that says "not found" counts as done if another has
 * removed it, and has no part in the answer.
 *
 * @throws {VaultError} `write_failed` if no node removed anything, `write_incomplete` naming those that
 * still hold it (`residue`) or may (`uncertain`).
 */
export async function removeFromAll<T>(
  context: VaultContext,
  callOf: (api: NodeApi) => NodeCall<T>,
  { signal }: CallOptions = {},
): Promise<readonly Answered<T>[]> {
  const { nodes, api } = await nodesForWriting(context, signal)
  const { writeDeadlineMs: deadlineMs } = context
  return removeFrom(nodes, { call: callOf(api), deadlineMs }, signal)
}

async function removeFrom<T>(
  nodes: readonly VaultNode[],
  removal: { call: NodeCall<T>; deadlineMs: number; others?: boolean },
  signal?: AbortSignal,
): Promise<readonly Answered<T>[]> {
  const { call, deadlineMs, others = false } = removal
  signal?.throwIfAborted()
  const attempts = await Promise.all(
    nodes.map((node) => callNode(node, call, { deadlineMs, retries: RETRIES, signal })),
  )
  const done = attempts.filter((attempt) => attempt.ok)
  const removed = others || done.length > 0
  const leftovers = attempts.map((attempt) => leftoverOf(attempt, removed))
  if (removed && leftovers.every((leftover) => leftover === 'clean')) return done
  const untouched = !removed && attempts.every((attempt) => standingOf(attempt) === 'refused')
  throw failureOf(attempts, untouched ? [] : leftovers, {
    repeatable: true,
    async repair() {
      const left = nodes.filter((_, i) => leftovers[i] !== 'clean')
      await removeFrom(left, { ...removal, others: removed })
    },
  })
}

function leftoverOf(attempt: Attempt<unknown>, removedElsewhere: boolean): Leftover {
  if (attempt.ok) return 'clean'
  if (attempt.error.code === 'not_found' && removedElsewhere) return 'clean'
  return standingOf(attempt) === 'refused' ? 'kept' : 'unknown'
}
