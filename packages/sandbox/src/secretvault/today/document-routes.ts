/** Lets users change a document they own, lets them remove it. */
import type { JsonObject } from '../coercion.ts'
import { parseUuid } from '../uuid.ts'
import { answerTo } from './change-routes.ts'
import { applyCoercions } from './coercion.ts'
import { command } from './commands.ts'
import { fromBody, fromPath } from './input.ts'
import { ownedAmong, removeRecords } from './owned-documents.ts'
import { addRoute, emptyAnswer, type RouteScope } from './route.ts'
import { documentName, documentUpdate } from './shapes.ts'

const PATH = '/v1/users/data'

export function addDocumentRoutes(scope: RouteScope): void {
  const { node } = scope
  const store = () => node.store().today

  /** The real node does not ask whose the document is. */
  function filterFor(document: string, did: string): JsonObject {
    return { _id: parseUuid(document), ...(node.isStrict && { _owner: did }) }
  }

  addRoute(
    scope,
    {
      method: 'POST',
      path: PATH,
      input: fromBody(documentUpdate),
      for: 'user',
      command: command('users', 'update'),
    },
    ({ input: { collection, document, update }, did }) => {
      const records = store().collections.recordsOf(collection)
      const filter = filterFor(document, did)
      store().users.noteUpdate(ownedAmong(records, filter), node.now())
      return answerTo(records.update(filter, applyCoercions(update)))
    },
  )

  addRoute(
    scope,
    {
      method: 'DELETE',
      path: `${PATH}/:collection/:document`,
      input: fromPath(documentName),
      for: 'user',
      command: command('users', 'delete'),
    },
    ({ input: { collection, document }, did }) => {
      const records = store().collections.recordsOf(collection)
      const filter = filterFor(document, did)
      removeRecords(store(), { records, filter, now: node.now() })
      return emptyAnswer()
    },
  )
}
