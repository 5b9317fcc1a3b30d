/** Deletes records. */
import { outcomeOf } from '../node-call.ts'
import { searchable } from './record-reading.ts'
import { removeFromAll } from './removal.ts'
import type { CallOptions, DeleteResult, Filter, FlushResult } from '../types.ts'
import type { VaultContext } from '../vault-context.ts'
import { VaultError } from '../vault-error.ts'

/** Deletes what the filter fits, on every node. */
export async function deleteRecords(
  context: VaultContext,
  { schema, filter }: { schema: string; filter: Filter },
  options?: CallOptions,
): Promise<DeleteResult> {
  const asked = await searchable(context, filter)
  if (Object.keys(filter).length === 0)
    throw new VaultError('invalid_argument', 'delete needs a filter; flush removes every record')
  const answers = await removeFromAll(context, (api) => api.remove(schema, asked), options)
  // Nodes may differ in how many they held: an earlier half record counts, too.
  const deleted = Math.max(...answers.map(({ value }) => value))
  return { deleted, nodes: answers.map(outcomeOf) }
}

/** Deletes every record of a schema, on every node. */
export async function flushRecords(
  context: VaultContext,
  schema: string,
  options?: CallOptions,
): Promise<FlushResult> {
  const answers = await removeFromAll(context, (api) => api.flush(schema), options)
  const counts = answers.flatMap(({ value }) => value ?? [])
  return {
    ...(counts.length > 0 && { deleted: Math.max(...counts) }),
    nodes: answers.map(outcomeOf),
  }
}
