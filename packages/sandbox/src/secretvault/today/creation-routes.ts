/** Creates records: those of the builder, those that a user owns. */
import type { InsertResult } from '../collection.ts'
import { canonicalDid } from '../identity.ts'
import { insertInto } from '../insertion.ts'
import { command } from './commands.ts'
import { grantAccessError } from './errors.ts'
import { fromBody } from './input.ts'
import { addRoute, type RouteScope } from './route.ts'
import { type Acl, newOwnedRecords, newRecords } from './shapes.ts'

export function addCreationRoutes(scope: RouteScope): void {
  const { node } = scope
  const creating = {
    method: 'POST',
    for: 'builder',
    command: command('data', 'create'),
    credits: 'write',
  } as const

  addRoute(
    scope,
    { ...creating, path: '/v1/data/standard', input: fromBody(newRecords) },
    ({ input: { collection: id, data: records }, did }) => {
      const { collections } = node.store().today
      const collection = collections.requireOwned(did, id, 'standard')
      collections.validate(collection, records)
      return answerTo(insertInto(collections.recordsOf(id), { records }, node))
    },
  )

  addRoute(
    scope,
    { ...creating, path: '/v1/data/owned', input: fromBody(newOwnedRecords) },
    ({ input, did }) => {
      const { collections, users } = node.store().today
      const { collection: id, data: records } = input
      const [_owner, acl] = [canonicalDid(input.owner), canonicalAcl(input.acl)]
      if (!acl.read && !acl.write && !acl.execute) throw grantAccessError('collection', id, acl)
      const collection = collections.requireOwned(did, id, 'owned')
      collections.validate(collection, records)
      const insertion = { records, extra: { _owner, _acl: [acl] } }
      const result = insertInto(collections.recordsOf(id), insertion, node)
      const references = result.created.map((document) => ({
        builder: collection.owner,
        collection: id,
        document,
      }))
      users.addData(_owner, references, { acl, now: node.now() })
      return answerTo(result)
    },
  )
}

export function canonicalAcl(acl: Acl): Acl {
  return { ...acl, grantee: canonicalDid(acl.grantee) }
}

/** 201 where all were created, 207 where some were, 400 where none was. */
function answerTo(data: InsertResult): Response {
  const status = data.errors.length === 0 ? 201 : data.created.length > 0 ? 207 : 400
  return Response.json({ data }, { status })
}
