/** Finds records of a collection. */
import { openCollection } from './access.ts'
import { applyCoercions } from './coercion.ts'
import { command } from './commands.ts'
import { both, fromBody, fromPath, fromQuery } from './input.ts'
import { pageOf } from './page.ts'
import { addRoute, type RouteScope } from './route.ts'
import { byId, recordSearch, tail } from './shapes.ts'

const DEFAULT_PAGE = { limit: 1000, offset: 0 }

export function addDataRoutes(scope: RouteScope): void {
  const { node } = scope
  const reading = { for: 'builder', command: command('data', 'read'), credits: 'read' } as const
  const open = (did: string, id: string) =>
    openCollection(node.store().today.collections, { did, id, permission: 'read' })

  // A `sort` is taken, yet the newest come first all the same: so on the real node.
  addRoute(
    scope,
    { ...reading, method: 'POST', path: '/v1/data/find', input: fromBody(recordSearch) },
    ({ input: { collection, filter, pagination = DEFAULT_PAGE }, did }) => {
      const coerced = applyCoercions(filter)
      const { records, narrow } = open(did, collection)
      return Response.json(pageOf(records.find(narrow(coerced)), pagination))
    },
  )

  addRoute(
    scope,
    {
      ...reading,
      method: 'GET',
      path: '/v1/data/:id/tail',
      input: both(fromPath(byId), fromQuery(tail)),
    },
    ({ input: { id, limit }, did }) => {
      const { records, narrow } = open(did, id)
      const newest = records.find(narrow({}))
      // The database takes 0 for no limit, and looks past a minus.
      return Response.json({ data: newest.slice(0, Math.abs(limit) || undefined) })
    },
  )
}
