/** Creates, lists and removes what nodes keep beside records: schemas and queries. */
import { undoFrom, writeToAll } from '../all-or-nothing.ts'
import { callNode, type NodeCall, outcomeOf } from '../node-call.ts'
import { checkId } from '../record-id.ts'
import { listOnAll } from './listing.ts'
import { removeFromAll } from './removal.ts'
import type { DefinitionResult, ListResult } from '../definition-types.ts'
import type { NodeApi } from '../node-api.ts'
import type { CallOptions } from '../types.ts'
import { nodesForWriting, type VaultContext } from '../vault-context.ts'

/** The calls of one kind of definition. */
export interface DefinitionCalls {
  create(api: NodeApi, id: string): NodeCall<true>
  remove(api: NodeApi, id: string): NodeCall<true>
}

/** Creates a definition on every node, or on none. Without a given id it gets one. */
export async function createDefinition(
  context: VaultContext,
  { given, calls }: { given: string | undefined; calls: DefinitionCalls },
  { signal }: CallOptions = {},
): Promise<DefinitionResult> {
  const id = given === undefined ? crypto.randomUUID() : checkId(given, '_id')
  const { writeDeadlineMs, settleMs } = context
  const { nodes, api } = await nodesForWriting(context, signal)
  const attempts = await writeToAll<true>({
    nodes,
    call: () => calls.create(api, id),
    async undo(attempt, circumstances) {
      const { standing } = circumstances
      // Under a given id there may have been another one before, and it would go with all its records.
      if (standing !== 'took' && given !== undefined)
        return standing === 'lost' ? 'unknown' : 'clean'
      return undoFrom(circumstances, async (deadlineMs) => {
        const call = calls.remove(api, id)
        const removal = await callNode(attempt.node, call, { deadlineMs, retries: 0 })
        if (removal.ok) return true
        return removal.error.code === 'not_found' ? false : undefined
      })
    },
    deadlineMs: writeDeadlineMs,
    settleMs,
    signal,
  })
  return { id, nodes: attempts.map(outcomeOf) }
}

/** What all nodes hold, and what only some do. */
export async function listDefinitions<T extends { _id: string }>(
  context: VaultContext,
  callOf: (api: NodeApi) => NodeCall<readonly T[]>,
  options?: CallOptions,
): Promise<ListResult<T>> {
  return listOnAll(context, { callOf, nameOf: ({ _id }) => _id }, options)
}

/** Removes a definition from every node. */
export async function removeDefinition(
  context: VaultContext,
  callOf: (api: NodeApi) => NodeCall<true>,
  options?: CallOptions,
): Promise<{ nodes: DefinitionResult['nodes'] }> {
  const answers = await removeFromAll(context, callOf, options)
  return { nodes: answers.map(outcomeOf) }
}
