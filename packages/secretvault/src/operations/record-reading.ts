/** Reads records: asks every node, joins what they hold. */
import { filterFor } from '../filter-secrets.ts'
import { joinRecords } from '../join.ts'
import type { NodeApi, NodeDocument, Window } from '../node-api.ts'
import { refOf } from '../node-call.ts'
import type { CallOptions, Filter, FindOptions, FindResult } from '../types.ts'
import { type Answers, askAll, type VaultContext } from '../vault-context.ts'
import { VaultError } from '../vault-error.ts'

export async function findRecords<T>(
  context: VaultContext,
  { schema, filter }: { schema: string; filter: Filter },
  { signal, limit, offset }: FindOptions = {},
): Promise<FindResult<T>> {
  if (limit !== undefined || offset !== undefined) {
    const window = windowOf({ limit, offset })
    return findPage(context, { schema, filter, window }, { ...(signal && { signal }) })
  }
  expectSecrets(context)
  // Tokens first, in the tick of the call: what else the page needs then travels in the same request.
  const callOf = async (api: NodeApi) => api.read(schema, await searchable(context, filter))
  const answers = await askAll(context, callOf, signal)
  return joinAnswers(context, answers)
}

/** All from there on. */
const NO_LIMIT = Number.MAX_SAFE_INTEGER

function windowOf({
  limit = NO_LIMIT,
  offset = 0,
}: Partial<Record<keyof Window, number | undefined>>): Window {
  if (Number.isSafeInteger(limit) && Number.isSafeInteger(offset) && limit > 0 && offset >= 0)
    return { limit, offset }
  throw new VaultError(
    'invalid_argument',
    'limit must be a whole number from 1 on, offset one from 0 on',
  )
}

/** Each node has an order of its own among records of the same moment, so one of them says what is on the page. */
async function findPage<T>(
  context: VaultContext,
  { schema, filter, window }: { schema: string; filter: Filter; window: Window },
  options: CallOptions,
): Promise<FindResult<T>> {
  expectSecrets(context)
  const callOf = async (api: NodeApi) => api.page(schema, await searchable(context, filter), window)
  const answers = await askAll(context, callOf, options.signal)
  const answered = answers.answered.map((one) => ({ ...one, value: one.value.documents }))
  const [ids = [], ...others] = answered.map(({ value }) => value.map(({ _id }) => _id))
  const total = answers.answered[0]?.value.total ?? 0
  const alike = others.every((list) => list.length === ids.length && isWithin(list, ids))
  if (alike) return { ...(await joinAnswers<T>(context, { ...answers, answered })), total }
  const again = { schema, filter: { _id: { $in: ids } } }
  return { ...(await findRecords<T>(context, again, options)), total }
}

function isWithin(ids: readonly string[], others: readonly string[]): boolean {
  const known = new Set(others)
  return ids.every((id) => known.has(id))
}

/** The newest records. Nodes cut their lists at slightly different places, so the edge is read again by id. */
export async function tailRecords<T>(
  context: VaultContext,
  schema: string,
  { signal }: CallOptions = {},
): Promise<FindResult<T>> {
  expectSecrets(context)
  const answers = await askAll(context, (api) => api.tail(schema), signal)
  const lists = answers.answered.map(({ value }) => value.map(({ _id }) => _id))
  const ids = [...new Set(lists.flat())]
  const alike = lists.every((list) => list.length === ids.length)
  if (alike) return joinAnswers(context, answers)
  const again = { schema, filter: { _id: { $in: ids } } }
  const found = await findRecords<T>(context, again, { ...(signal && { signal }) })
  return {
    ...found,
    records: found.records.slice(0, Math.max(...lists.map(({ length }) => length))),
  }
}

/** What opens secrets loads while the nodes are asked, not after. What is shared as `match` is never opened. */
function expectSecrets({ sharing, secrets }: VaultContext): void {
  if (Object.values(secrets).some((mode) => mode !== 'match')) sharing.load()
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
