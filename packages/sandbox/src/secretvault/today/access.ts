/** Decides which records of a collection a builder may touch. */
import type { JsonObject } from '../coercion.ts'
import type { Collection } from '../collection.ts'
import { resourceAccessDenied } from '../errors.ts'
import type { CollectionDocument, Collections } from './collections.ts'
import type { Acl } from './shapes.ts'

export type Permission = keyof Omit<Acl, 'grantee'>

export interface Access {
  did: string
  collection: CollectionDocument
  permission: Permission
}

/**
 * The filter narrowed to what the builder may touch. A standard collection is its owner's alone, 404 for
 * others; of an owned one every builder sees what its documents grant, be it nothing.
 */
export function narrowed(filter: JsonObject, { did, collection, permission }: Access): JsonObject {
  if (collection.type === 'standard') {
    if (collection.owner === did) return filter
    throw resourceAccessDenied('collection', collection._id, did)
  }
  const granted = { _acl: { $elemMatch: { grantee: did, [permission]: true } } }
  return Object.keys(filter).length === 0 ? granted : { $and: [filter, granted] }
}

export interface OpenCollection {
  records: Collection
  /** Keeps a filter to what the builder may touch. */
  narrow(this: void, filter: JsonObject): JsonObject
}

/** @throws 404 unless the collection is there, 400 where its records are gone. */
export function openCollection(
  collections: Collections,
  { did, id, permission }: { did: string; id: string; permission: Permission },
): OpenCollection {
  const collection = collections.require(id)
  return {
    records: collections.recordsOf(id),
    narrow: (filter) => narrowed(filter, { did, collection, permission }),
  }
}
