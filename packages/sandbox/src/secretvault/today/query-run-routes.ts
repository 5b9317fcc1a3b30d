/** Runs stored queries in the background, tells how far a run is. */
import type { JsonObject } from '../coercion.ts'
import { NodeError } from '../errors.ts'
import { runPipeline } from '../pipeline.ts'
import { narrowed } from './access.ts'
import { command } from './commands.ts'
import { documentNotFound } from './errors.ts'
import { both, fromBody, fromPath, fromQuery } from './input.ts'
import { pageOf } from './page.ts'
import type { StoredQuery } from './queries.ts'
import type { QueryRun } from './query-runs.ts'
import { injectVariables, readVariables } from './query-variables.ts'
import { addRoute, type RouteScope } from './route.ts'
import { byId, page, queryRun } from './shapes.ts'
import type { TodayStore } from './today-store.ts'

const PATH = '/v1/queries/run'

export function addQueryRunRoutes(scope: RouteScope): void {
  const { node } = scope
  const store = () => node.store().today

  // Variables are looked at in the background too: wrong ones show in the run, not here.
  addRoute(
    scope,
    {
      method: 'POST',
      path: PATH,
      input: fromBody(queryRun),
      for: 'builder',
      command: command('queries', 'execute'),
      credits: 'execute',
    },
    ({ input: { _id, variables }, did }) => {
      const query = store().queries.requireOwned(did, _id)
      const started = node.now()
      const completes = new Date(Number(started) + node.conditions.settings().queryRunMs)
      const outcome = outcomeOf(store(), query, variables)
      const run = { query: _id, owner: did, started, completes, ...outcome }
      return Response.json({ data: store().runs.add(run) })
    },
  )

  // The real node tells any builder of any run.
  addRoute(
    scope,
    {
      method: 'GET',
      path: `${PATH}/:id`,
      input: both(fromPath(byId), fromQuery(page)),
      for: 'builder',
      command: command('queries', 'read'),
      credits: 'read',
    },
    ({ input, did }) => {
      const run = store().runs.require(input.id)
      if (node.isStrict && run.owner !== did) throw documentNotFound('query_runs', { _id: run._id })
      const isDone = Number(node.now()) >= Number(run.completes)
      const { data: result, pagination } = pageOf(isDone ? run.rows : [], input)
      return Response.json({ data: { ...shown(run, isDone), result }, pagination })
    },
  )
}

function shown({ _id, query, started, completes, errors }: QueryRun, isDone: boolean): object {
  if (!isDone) return { _id, query, status: 'running', started, completed: new Date(0), errors: [] }
  const status = errors.length > 0 ? 'error' : 'complete'
  return { _id, query, status, started, completed: completes, errors }
}

function outcomeOf(
  store: TodayStore,
  { collection: id, variables: paths, pipeline, owner }: StoredQuery,
  provided: JsonObject,
): Pick<QueryRun, 'rows' | 'errors'> {
  try {
    const variables = readVariables(paths, provided)
    const collection = store.collections.require(id)
    const $match = narrowed({}, { did: owner, collection, permission: 'execute' })
    const stages = [{ $match }, ...injectVariables(pipeline, paths, variables)]
    const rows = runPipeline(store.collections.recordsOf(id), stages, store.database)
    return { rows, errors: [] }
  } catch (error) {
    if (error instanceof NodeError) return { rows: [], errors: error.errors }
    throw error
  }
}
