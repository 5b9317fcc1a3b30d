/** Deletes records. */
import { outcomeOf } from '../node-call.ts'
import { refuseSecrets } from './record-reading.ts'
import { removeFromAll } from './removal.ts'
import { seedApi } from '../seed-api.ts'
import type { CallOptions, DeleteResult, Filter } from '../types.ts'
import type { Answered, VaultContext } from '../vault-context.ts'
import { VaultError } from '../vault-error.ts'

/** Deletes what the filter fits, on every node. */
export async function deleteRecords(
  context: VaultContext,
  { schema, filter }: { schema: string; filter: Filter },
  options?: CallOptions,
): Promise<DeleteResult> {
  refuseSecrets(filter)
  if (Object.keys(filter).length === 0)
    throw new VaultError('invalid_argument', 'delete needs a filter; flush removes every record')
  return resultOf(await removeFromAll(context, seedApi.remove(schema, filter), options))
}

/** Deletes every record of a schema, on every node. */
export async function flushRecords(
  context: VaultContext,
  schema: string,
  options?: CallOptions,
): Promise<DeleteResult> {
  return resultOf(await removeFromAll(context, seedApi.flush(schema), options))
}

/** Nodes may differ in how many they held: an earlier half record counts, too. */
function resultOf(answers: readonly Answered<number>[]): DeleteResult {
  const deleted = Math.max(...answers.map(({ value }) => value))
  return { deleted, nodes: answers.map(outcomeOf) }
}
