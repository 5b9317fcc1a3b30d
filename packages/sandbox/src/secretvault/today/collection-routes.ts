/** Lists, adds, describes, removes the collections of a builder. */
import { command } from './commands.ts'
import { fromBody, fromPath, fromQuery } from './input.ts'
import { removeCollection } from './owned-documents.ts'
import { newestFirst, pageOf } from './page.ts'
import { addRoute, emptyAnswer, type RouteScope } from './route.ts'
import { byId, newCollection, page } from './shapes.ts'
import { statisticsOf } from '../statistics.ts'

const ROOT = '/v1/collections'
const BY_ID = `${ROOT}/:id`

export function addCollectionRoutes(scope: RouteScope): void {
  const { node } = scope
  const store = () => node.store().today
  const reading = {
    method: 'GET',
    for: 'builder',
    command: command('collections', 'read'),
    credits: 'read',
  } as const

  addRoute(scope, { ...reading, path: ROOT, input: fromQuery(page) }, ({ input, did }) => {
    const { data, pagination } = pageOf(newestFirst(store().collections.ofOwner(did)), input)
    return Response.json({
      data: data.map(({ _id: id, name, type }) => ({ id, name, type })),
      pagination,
    })
  })

  addRoute(
    scope,
    {
      method: 'POST',
      path: ROOT,
      input: fromBody(newCollection),
      for: 'builder',
      command: command('collections', 'create'),
      credits: 'write',
    },
    ({ input, did }) => {
      store().collections.add(did, input, node.now())
      return emptyAnswer(201)
    },
  )

  addRoute(scope, { ...reading, path: BY_ID, input: fromPath(byId) }, ({ input: { id }, did }) => {
    const { collections } = store()
    const { schema } = collections.requireOwned(did, id)
    const { count, size, firstWrite, lastWrite, indexes } = statisticsOf(collections.recordsOf(id))
    const dates = { first_write: firstWrite, last_write: lastWrite }
    return Response.json({ data: { _id: id, count, size, ...dates, indexes, schema } })
  })

  addRoute(
    scope,
    {
      method: 'DELETE',
      path: BY_ID,
      input: fromPath(byId),
      for: 'builder',
      command: command('collections', 'delete'),
      credits: 'write',
    },
    ({ input: { id }, did }) => {
      store().collections.requireOwned(did, id)
      removeCollection(store(), id, node.now())
      return emptyAnswer()
    },
  )
}
