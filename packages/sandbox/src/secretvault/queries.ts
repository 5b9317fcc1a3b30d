/** Keeps the queries of one node. */
import { duplicateKeyError, resourceAccessDenied } from './errors.ts'
import type { NewQuery } from './request-shapes.ts'

export interface QueryDocument extends NewQuery {
  owner: string
  _created: Date
  _updated: Date
}

export interface Queries {
  /** Whether the schema exists is not looked at here. */
  add(owner: string, query: NewQuery, now: Date): void
  ofOwner(owner: string): QueryDocument[]
  /** Throws 404 unless the owner has it. */
  remove(owner: string, id: string): void
  /** Throws 404 unless the owner has it. */
  find(owner: string, id: string): QueryDocument
}

export function createQueries(queries: Map<string, QueryDocument>): Queries {
  function find(owner: string, id: string): QueryDocument {
    const query = queries.get(id)
    if (query?.owner !== owner) throw resourceAccessDenied('query', id, owner)
    return query
  }

  return {
    add(owner, query, now) {
      if (queries.has(query._id)) throw duplicateKeyError('insert')
      queries.set(query._id, { ...query, owner, _created: now, _updated: now })
    },
    ofOwner: (owner) => [...queries.values()].filter((query) => query.owner === owner),
    remove(owner, id) {
      queries.delete(find(owner, id)._id)
    },
    find,
  }
}
