/** Updates, removes records of a collection. */
import type { UpdateResult } from '../collection.ts'
import { openCollection } from './access.ts'
import { applyCoercions } from './coercion.ts'
import { command } from './commands.ts'
import { fromBody, fromPath } from './input.ts'
import { ownedAmong, removeRecords } from './owned-documents.ts'
import { addRoute, emptyAnswer, type RouteScope } from './route.ts'
import { byId, recordRemoval, recordUpdate } from './shapes.ts'

const PATH = '/v1/data'

export function addChangeRoutes(scope: RouteScope): void {
  const { node } = scope
  const store = () => node.store().today
  const writing = { for: 'builder', credits: 'write' } as const
  const removing = { ...writing, command: command('data', 'delete') } as const
  const open = (did: string, id: string) =>
    openCollection(store().collections, { did, id, permission: 'write' })

  addRoute(
    scope,
    {
      ...writing,
      method: 'POST',
      path: `${PATH}/update`,
      input: fromBody(recordUpdate),
      command: command('data', 'update'),
    },
    ({ input: { collection, filter, update }, did }) => {
      const coerced = applyCoercions(filter)
      const { records, narrow } = open(did, collection)
      const secure = narrow(coerced)
      store().users.noteUpdate(ownedAmong(records, secure), node.now())
      return answerTo(records.update(secure, applyCoercions(update)))
    },
  )

  addRoute(
    scope,
    { ...removing, method: 'POST', path: `${PATH}/delete`, input: fromBody(recordRemoval) },
    ({ input: { collection, filter }, did }) => {
      const coerced = applyCoercions(filter)
      const { records, narrow } = open(did, collection)
      const removal = { records, filter: narrow(coerced), now: node.now() }
      const deletedCount = removeRecords(store(), removal)
      return Response.json({ data: { acknowledged: true, deletedCount } })
    },
  )

  addRoute(
    scope,
    { ...removing, method: 'DELETE', path: `${PATH}/:id/flush`, input: fromPath(byId) },
    ({ input: { id }, did }) => {
      const { records, narrow } = open(did, id)
      removeRecords(store(), { records, filter: narrow({}), now: node.now() })
      return emptyAnswer()
    },
  )
}

export function answerTo({ acknowledged, matchedCount, modifiedCount }: UpdateResult): Response {
  const counts = { matched: matchedCount, modified: modifiedCount, upserted: 0, upserted_id: null }
  return Response.json({ data: { acknowledged, ...counts } })
}
