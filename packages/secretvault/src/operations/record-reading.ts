/** Reads records: asks every node, joins what they hold. */
import { filterFor } from '../filter-secrets.ts'
import { joinRecords } from '../join.ts'
import type { NodeApi, NodeDocument } from '../node-api.ts'
import { refOf } from '../node-call.ts'
import type { CallOptions, Filter, FindResult } from '../types.ts'
import { type Answers, askAll, type VaultContext } from '../vault-context.ts'

export async function findRecords<T>(
  context: VaultContext,
  { schema, filter }: { schema: string; filter: Filter },
  { signal }: CallOptions = {},
): Promise<FindResult<T>> {
  // Tokens first, in the tick of the call: what else the page needs then travels in the same request.
  const callOf = async (api: NodeApi) => api.read(schema, await searchable(context, filter))
  const answers = await askAll(context, callOf, signal)
  return joinAnswers(context, answers)
}

/** The newest records. Nodes cut their lists at slightly different places, so the edge is read again by id. */
export async function tailRecords<T>(
  context: VaultContext,
  schema: string,
  { signal }: CallOptions = {},
): Promise<FindResult<T>> {
  const answers = await askAll(context, (api) => api.tail(schema), signal)
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

/** Joins what the nodes that answered hold. */
export async function joinAnswers<T>(
  { sharing }: VaultContext,
  { answered, outcomes, missing }: Omit<Answers<readonly NodeDocument[]>, 'api'>,
): Promise<FindResult<T>> {
  const documents = answered.map(({ node, value }) => ({ node: refOf(node), documents: value }))
  const joined = await joinRecords<T>(documents, { sharing, silent: missing.map(refOf) })
  return { ...joined, missing, nodes: outcomes }
}

/** The filter as nodes can answer it. @throws {VaultError} if it looks into secrets that cannot be searched. */
export function searchable({ sharing, secrets }: VaultContext, filter: Filter): Promise<Filter> {
  return filterFor(filter, { sharing, modes: secrets })
}
