/** Creates, lists and removes what nodes keep beside records: schemas and queries. */
import { undoFrom, writeToAll } from '../all-or-nothing.ts'
import { callNode, isUnsent, type NodeCall, outcomeOf, refOf } from '../node-call.ts'
import { checkId } from '../record-id.ts'
import { removeFromAll } from './removal.ts'
import type { CallOptions, DefinitionResult, ListResult } from '../types.ts'
import { askAll, type VaultContext } from '../vault-context.ts'

/** The calls of one kind of definition. */
export interface DefinitionCalls {
  create(id: string): NodeCall<true>
  remove(id: string): NodeCall<true>
}

/** Creates a definition on every node, or on none. Without a given id it gets one. */
export async function createDefinition(
  context: VaultContext,
  { given, calls }: { given: string | undefined; calls: DefinitionCalls },
  { signal }: CallOptions = {},
): Promise<DefinitionResult> {
  const id = given === undefined ? crypto.randomUUID() : checkId(given, '_id')
  const deadlineMs = context.writeDeadlineMs
  const nodes = await context.source.forWriting(deadlineMs, signal)
  const attempts = await writeToAll<true>({
    nodes,
    call: () => calls.create(id),
    async undo(attempt, standing) {
      if (isUnsent(attempt)) return 'clean'
      // Under a given id there may have been another one before, and it would go with all its records.
      if (standing !== 'took' && given !== undefined)
        return standing === 'lost' ? 'unknown' : 'clean'
      return undoFrom(standing, async () => {
        const rules = { deadlineMs: deadlineMs / 2, retries: 0 }
        const removal = await callNode(attempt.node, calls.remove(id), rules)
        if (removal.ok) return true
        return removal.error.code === 'not_found' ? false : undefined
      })
    },
    deadlineMs,
    signal,
  })
  return { id, nodes: attempts.map(outcomeOf) }
}

/** What all nodes hold, and what only some do. */
export async function listDefinitions<T extends { _id: string }>(
  context: VaultContext,
  call: NodeCall<readonly T[]>,
  { signal }: CallOptions = {},
): Promise<ListResult<T>> {
  const { answered, outcomes, missing } = await askAll(context, call, signal)
  const byId = new Map(answered.flatMap(({ value }) => value.map((item) => [item._id, item])))
  const judged = [...byId.values()].map((item) => ({
    item,
    missingFrom: answered
      .filter(({ value }) => !value.some(({ _id }) => _id === item._id))
      .map(({ node }) => refOf(node)),
  }))
  return {
    items: judged.filter(({ missingFrom }) => missingFrom.length === 0).map(({ item }) => item),
    incomplete: judged.filter(({ missingFrom }) => missingFrom.length > 0),
    missing,
    nodes: outcomes,
  }
}

/** Removes a definition from every node. */
export async function removeDefinition(
  context: VaultContext,
  call: NodeCall<true>,
  options?: CallOptions,
): Promise<{ nodes: DefinitionResult['nodes'] }> {
  const answers = await removeFromAll(context, call, options)
  return { nodes: answers.map(outcomeOf) }
}
