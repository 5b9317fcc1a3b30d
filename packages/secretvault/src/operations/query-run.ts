/** Runs a stored query on every node, joins the rows. */
import { joinRows } from '../join-rows.ts'
import { outcomeOf } from '../node-call.ts'
import { finishRuns } from './query-polling.ts'
import type { QueryResult, RunOptions } from '../query-types.ts'
import { askAll, nobodyAnswered, type VaultContext } from '../vault-context.ts'
import { VaultError } from '../vault-error.ts'

export interface QueryRun {
  id: string
  variables: Readonly<Record<string, unknown>>
}

const RUN_TIMEOUT_MS = 60_000
/** So many of the fields that nodes differ in stand in the message; all are in `reasons`. */
const NAMED_FIELDS = 3

/**
 * Rows are joined by their `_id` where each has one of its own, else by their place.
 *
 * @throws {VaultError} `disagreement` if nodes differ in a plaintext field.
 */
export async function runQuery<T>(
  context: VaultContext,
  { id, variables }: QueryRun,
  { signal, sums = [], timeoutMs = RUN_TIMEOUT_MS, onProgress }: RunOptions = {},
): Promise<QueryResult<T>> {
  const started = await askAll(context, (api) => api.startRun(id, variables), signal)
  const rules = { deadlineMs: context.deadlineMs, timeoutMs, onProgress, signal }
  const { answered, failed } = await finishRuns(started, rules)
  signal?.throwIfAborted()
  const missing = [...failed, ...started.missing]
  const outcomes = [...answered.map(outcomeOf), ...missing]
  if (answered.length === 0) throw nobodyAnswered(outcomes)
  const { rows, differing } = await joinRows<T>(
    answered.map(({ value }) => value),
    { sharing: context.sharing, silent: missing.length > 0, sums },
  )
  if (differing.length > 0) {
    const named = differing.slice(0, NAMED_FIELDS).join(', ')
    const facts = { reasons: differing, nodes: outcomes }
    throw new VaultError('disagreement', `The nodes differ at ${named}`, facts)
  }
  const byNode = new Map(answered.map(({ node, value }) => [node.audience, value]))
  return { rows, byNode, missing, nodes: outcomes }
}
