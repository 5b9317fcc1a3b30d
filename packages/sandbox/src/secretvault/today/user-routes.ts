/** Shows users the documents they own. */
import { parseUuid } from '../uuid.ts'
import { command } from './commands.ts'
import { documentNotFound } from './errors.ts'
import { fromPath, fromQuery, nothing } from './input.ts'
import { pageOf } from './page.ts'
import { addRoute, type RouteScope } from './route.ts'
import { documentName, page } from './shapes.ts'
import { requireUser } from './users.ts'

const DATA = '/v1/users/data'

export function addUserRoutes(scope: RouteScope): void {
  const store = () => scope.node.store().today
  const reading = { method: 'GET', for: 'user', command: command('users', 'read') } as const

  addRoute(scope, { ...reading, path: '/v1/users/me', input: nothing }, ({ did }) => {
    const { did: _id, _created, _updated, logs, data } = requireUser(store().users, did)
    const owned = data.map(({ collection, document: id }) => ({ collection, id }))
    return Response.json({ data: { _id, _created, _updated, logs, data: owned } })
  })

  addRoute(scope, { ...reading, path: DATA, input: fromQuery(page) }, ({ input, did }) =>
    Response.json(pageOf(requireUser(store().users, did).data, input)),
  )

  addRoute(
    scope,
    { ...reading, path: `${DATA}/:collection/:document`, input: fromPath(documentName) },
    ({ input: { collection, document }, did }) => {
      const filter = { _id: parseUuid(document), _owner: did }
      const [data] = store().collections.recordsOf(collection).find(filter)
      if (!data) throw documentNotFound('collections', filter)
      return Response.json({ data })
    },
  )
}
