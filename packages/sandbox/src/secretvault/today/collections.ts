/** Keeps the collections of one node with the records in each. */
import type { JsonObject } from '../coercion.ts'
import type { Collection } from '../collection.ts'
import type { Database } from '../database.ts'
import { duplicateKeyError, resourceAccessDenied } from '../errors.ts'
import { createRecordValidator, type RecordValidator } from '../json-schema.ts'
import type { Builders } from './builders.ts'
import { collectionNotFound, documentNotFound, invalidData } from './errors.ts'
import type { NewCollection } from './shapes.ts'

export interface CollectionDocument extends NewCollection {
  owner: string
  _created: Date
  _updated: Date
}

export interface Collections {
  /** Throws 400 for a schema that cannot be compiled. */
  add(owner: string, collection: NewCollection, now: Date): void
  ofOwner(owner: string): CollectionDocument[]
  /** Throws 404 unless it is there, of that type where one is named. */
  require(id: string, type?: CollectionDocument['type']): CollectionDocument
  /** The same, and throws 404 unless that builder owns it. */
  requireOwned(owner: string, id: string, type?: CollectionDocument['type']): CollectionDocument
  /** Removes the collection with its records. */
  remove(id: string): void
  /** Throws 400 where the records are gone, whoever owns them. */
  recordsOf(id: string): Collection
  /** Throws 400 for records that break the schema. */
  validate(collection: CollectionDocument, records: JsonObject[]): void
}

export interface CollectionsParts {
  documents: Map<string, CollectionDocument>
  database: Database
  builders: Builders
}

export function createCollections(parts: CollectionsParts): Collections {
  const { documents, database, builders } = parts
  const validators = new Map<string, RecordValidator>()

  function requireOne(id: string, type?: CollectionDocument['type']): CollectionDocument {
    const document = documents.get(id)
    if (document && (type === undefined || document.type === type)) return document
    throw documentNotFound('collections', { _id: id, ...(type && { type }) })
  }

  return {
    add(owner, collection, now) {
      createRecordValidator(collection.schema, invalidData)
      if (documents.has(collection._id)) throw duplicateKeyError('insert')
      documents.set(collection._id, { ...collection, owner, _created: now, _updated: now })
      builders.find(owner)?.collections.push(collection._id)
      database.ensure(collection._id).indexes.push(index('_updated'), index('_created'))
    },
    ofOwner: (owner) => [...documents.values()].filter((document) => document.owner === owner),
    require: requireOne,
    requireOwned(owner, id, type) {
      const document = requireOne(id, type)
      if (document.owner !== owner) throw resourceAccessDenied('collection', id, owner)
      return document
    },
    remove(id) {
      const { owner } = requireOne(id)
      documents.delete(id)
      validators.delete(id)
      database.drop(id)
      const builder = builders.find(owner)
      if (builder) builder.collections = builder.collections.filter((other) => other !== id)
    },
    recordsOf(id) {
      const records = database.get(id)
      if (!records) throw collectionNotFound(id)
      return records
    },
    validate({ _id, schema }, records) {
      const validate = validators.get(_id) ?? createRecordValidator(schema, invalidData)
      validators.set(_id, validate)
      validate(records)
    },
  }
}

function index(field: string): { name: string; key: Record<string, 1>; unique: false } {
  return { name: `${field}_1`, key: { [field]: 1 }, unique: false }
}
