/** Adds indexes to collections, drops them. */
import { isDeepStrictEqual } from 'node:util'
import type { Collection } from '../collection.ts'
import { databaseError } from '../errors.ts'
import { conflictOf, type DataIndex } from '../unique-index.ts'
import { command } from './commands.ts'
import { indexNotFound, invalidIndexOptions } from './errors.ts'
import { fromBody, fromPath } from './input.ts'
import { addRoute, emptyAnswer, type RouteScope } from './route.ts'
import { indexByName, newIndex } from './shapes.ts'

const PATH = '/v1/collections/:id/indexes'
const COMPOUND_TTL = 'TTL indexes are single-field indexes, compound indexes do not support TTL'

export function addIndexRoutes(scope: RouteScope): void {
  const { node } = scope
  const changing = {
    for: 'builder',
    command: command('collections', 'update'),
    credits: 'write',
  } as const

  // The real node goes by the collection in the body, not by the one in the path.
  addRoute(
    scope,
    { ...changing, method: 'POST', path: PATH, input: fromBody(newIndex) },
    ({ input: { collection, name, keys, unique, ttl }, did }) => {
      const { collections } = node.store().today
      collections.requireOwned(did, collection)
      if (ttl && keys.length > 1) throw invalidIndexOptions(collection, COMPOUND_TTL)
      const key = Object.assign({}, ...keys)
      createIndex(collections.recordsOf(collection), { name, key, unique, ...(ttl && { ttl }) })
      return emptyAnswer()
    },
  )

  addRoute(
    scope,
    { ...changing, method: 'DELETE', path: `${PATH}/:name`, input: fromPath(indexByName) },
    ({ input: { id, name }, did }) => {
      const { collections } = node.store().today
      collections.requireOwned(did, id)
      const { indexes } = collections.recordsOf(id)
      const at = indexes.findIndex((index) => index.name === name)
      if (name === '_id_')
        throw databaseError('Failed to drop index', { errorLabelSet: {}, code: 72 })
      if (at === -1) throw indexNotFound(id, name)
      indexes.splice(at, 1)
      return emptyAnswer()
    },
  )
}

/** The same index again is no error; another under its name, or the same keys otherwise, is. */
function createIndex(records: Collection, index: DataIndex): void {
  const known = records.indexes.find(
    ({ name, key }) => name === index.name || isDeepStrictEqual(key, index.key),
  )
  if (known && isDeepStrictEqual(known, index)) return
  if (known) throw failure(known.name === index.name ? 86 : 85)
  const all = new Map(records.records().map((record) => [String(record._id), record]))
  for (const record of all.values()) if (conflictOf(record, [index], all)) throw failure(11_000)
  records.indexes.push(index)
}

function failure(code: number) {
  return databaseError('Failed to create index', { errorLabelSet: {}, code })
}
