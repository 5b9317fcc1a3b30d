/** Lists, adds, removes the stored queries of a builder. */
import { command } from './commands.ts'
import { invalidData } from './errors.ts'
import { fromBody, fromPath, fromQuery } from './input.ts'
import { newestFirst, pageOf } from './page.ts'
import { checkPipeline } from '../pipeline-schema.ts'
import type { StoredQuery } from './queries.ts'
import { addRoute, emptyAnswer, type RouteScope } from './route.ts'
import { byId, newQuery, page } from './shapes.ts'

const ROOT = '/v1/queries'
const BY_ID = `${ROOT}/:id`

export function addQueryRoutes(scope: RouteScope): void {
  const { node } = scope
  const store = () => node.store().today
  const reading = {
    method: 'GET',
    for: 'builder',
    command: command('queries', 'read'),
    credits: 'read',
  } as const

  addRoute(scope, { ...reading, path: ROOT, input: fromQuery(page) }, ({ input, did }) => {
    const { data, pagination } = pageOf(newestFirst(store().queries.ofOwner(did)), input)
    return Response.json({ data: data.map(shown), pagination })
  })

  addRoute(scope, { ...reading, path: BY_ID, input: fromPath(byId) }, ({ input: { id }, did }) =>
    Response.json({ data: shown(store().queries.requireOwned(did, id)) }),
  )

  addRoute(
    scope,
    {
      method: 'POST',
      path: ROOT,
      input: fromBody(newQuery),
      for: 'builder',
      command: command('queries', 'create'),
      credits: 'write',
    },
    ({ input, did }) => {
      checkPipeline(input.pipeline, invalidData)
      store().collections.requireOwned(did, input.collection)
      store().queries.add(did, input, node.now())
      return emptyAnswer(201)
    },
  )

  addRoute(
    scope,
    {
      method: 'DELETE',
      path: BY_ID,
      input: fromPath(byId),
      for: 'builder',
      command: command('queries', 'delete'),
      credits: 'write',
    },
    ({ input: { id }, did }) => {
      store().queries.remove(did, id)
      return emptyAnswer()
    },
  )
}

/** Variables and pipeline are not told again. */
function shown({ _id, name, collection }: StoredQuery): object {
  return { _id, name, collection }
}
