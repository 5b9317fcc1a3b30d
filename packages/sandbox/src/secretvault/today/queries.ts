/** Keeps the stored queries of one node. */
import { duplicateKeyError, resourceAccessDenied } from '../errors.ts'
import type { Builders } from './builders.ts'
import { documentNotFound } from './errors.ts'
import type { NewQuery } from './shapes.ts'

export interface StoredQuery extends NewQuery {
  owner: string
  _created: Date
  _updated: Date
}

export interface StoredQueries {
  add(owner: string, query: NewQuery, now: Date): void
  ofOwner(owner: string): StoredQuery[]
  /** Throws 404 unless it is there and that builder owns it. */
  requireOwned(owner: string, id: string): StoredQuery
  remove(owner: string, id: string): void
}

export function createStoredQueries(
  queries: Map<string, StoredQuery>,
  builders: Builders,
): StoredQueries {
  function requireOwned(owner: string, id: string): StoredQuery {
    const query = queries.get(id)
    if (!query) throw documentNotFound('queries', { _id: id })
    if (query.owner !== owner) throw resourceAccessDenied('query', id, owner)
    return query
  }

  return {
    add(owner, query, now) {
      if (queries.has(query._id)) throw duplicateKeyError('insert')
      queries.set(query._id, { ...query, owner, _created: now, _updated: now })
      builders.find(owner)?.queries.push(query._id)
    },
    ofOwner: (owner) => [...queries.values()].filter((query) => query.owner === owner),
    requireOwned,
    remove(owner, id) {
      queries.delete(requireOwned(owner, id)._id)
      const builder = builders.find(owner)
      if (builder) builder.queries = builder.queries.filter((other) => other !== id)
    },
  }
}
