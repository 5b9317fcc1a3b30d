/** Runs a stored query on every node, joins the rows. */
import { joinValues } from '../join.ts'
import { seedApi } from '../seed-api.ts'
import type { CallOptions, Plain, QueryResult } from '../types.ts'
import { askAll, type VaultContext } from '../vault-context.ts'

export interface QueryRun {
  id: string
  variables: Readonly<Record<string, unknown>>
}

/** Rows are joined by their place: a pipeline that must be joined has to sort. */
export async function runQuery<T>(
  context: VaultContext,
  { id, variables }: QueryRun,
  { signal }: CallOptions = {},
): Promise<QueryResult<T>> {
  const answers = await askAll(context, seedApi.runQuery(id, variables), signal)
  const { answered, missing, outcomes } = answers
  const joined = await joinValues(
    answered.map(({ value }) => value),
    { sharing: context.sharing, absent: false, silent: missing.length > 0 },
  )
  return {
    // The parse boundary: the query's author vouches for the rows' type.
    rows: joined.reason === undefined ? (joined.value as Plain<T>[]) : undefined,
    byNode: new Map(answered.map(({ node, value }) => [node.audience, value])),
    missing,
    nodes: outcomes,
  }
}
