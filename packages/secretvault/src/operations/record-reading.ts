/** Reads records: asks every node, joins what they hold. */
import { joinRecords } from '../join.ts'
import { refOf } from '../node-call.ts'
import { type NodeDocument, seedApi } from '../seed-api.ts'
import type { CallOptions, Filter, FindResult } from '../types.ts'
import { type Answers, askAll, type VaultContext } from '../vault-context.ts'
import { VaultError } from '../vault-error.ts'

export async function findRecords<T>(
  context: VaultContext,
  { schema, filter }: { schema: string; filter: Filter },
  { signal }: CallOptions = {},
): Promise<FindResult<T>> {
  refuseSecrets(filter)
  const answers = await askAll(context, seedApi.read(schema, filter), signal)
  return joinAnswers(context, answers)
}

/** The newest records. Nodes cut their lists at slightly different places, so the edge is read again by id. */
export async function tailRecords<T>(
  context: VaultContext,
  schema: string,
  { signal }: CallOptions = {},
): Promise<FindResult<T>> {
  const answers = await askAll(context, seedApi.tail(schema), signal)
  const lists = answers.answered.map(({ value }) => value.map(({ _id }) => _id))
  const ids = [...new Set(lists.flat())]
  const alike = lists.every((list) => list.length === ids.length)
  if (alike) return joinAnswers(context, answers)
  return findRecords(
    context,
    { schema, filter: { _id: { $in: ids } } },
    { ...(signal && { signal }) },
  )
}

async function joinAnswers<T>(
  { sharing }: VaultContext,
  { answered, outcomes, missing }: Answers<readonly NodeDocument[]>,
): Promise<FindResult<T>> {
  const documents = answered.map(({ node, value }) => ({ node: refOf(node), documents: value }))
  const joined = await joinRecords<T>(documents, { sharing, silent: missing.map(refOf) })
  return { ...joined, missing, nodes: outcomes }
}

/** A share is another text on each node, so a filter on a secret would fit nothing, in silence. */
export function refuseSecrets(filter: unknown): void {
  if (!/%(allot|share)"/.test(JSON.stringify(filter ?? null))) return
  throw new VaultError('invalid_argument', 'A filter cannot look into secret fields')
}
