/** Keeps the schemas of one node with the collection of records behind each. */
import type { JsonObject } from './coercion.ts'
import type { Collection } from './collection.ts'
import type { Database } from './database.ts'
import {
  dataCollectionNotFound,
  dataValidationError,
  duplicateKeyError,
  resourceAccessDenied,
} from './errors.ts'
import { createRecordValidator, type RecordValidator } from './json-schema.ts'

export interface NewSchema {
  _id: string
  name: string
  schema: JsonObject
}

export interface SchemaDocument extends NewSchema {
  owner: string
  _created: Date
  _updated: Date
}

export interface Schemas {
  add(owner: string, schema: NewSchema, now: Date): void
  ofOwner(owner: string): SchemaDocument[]
  /** Removes the schema with its records. Throws 404 unless the owner has it. */
  remove(owner: string, id: string): void
  /** The records behind a schema. Throws 404 unless the owner has it. */
  recordsOf(owner: string, id: string): Collection
  /** Throws 400 for records that break the schema, or for a schema that cannot be compiled. */
  validate(id: string, records: unknown): void
  /** The records behind a schema, whoever owns it. Throws 400 where it is gone. */
  collection(id: string): Collection
  database: Database
}

const validatorOf = (schema: JsonObject) => createRecordValidator(schema, dataValidationError)

export function createSchemas(schemas: Map<string, SchemaDocument>, database: Database): Schemas {
  const validators = new Map<string, RecordValidator>()

  function collection(id: string): Collection {
    const known = database.get(id)
    if (!known) throw dataCollectionNotFound(id)
    return known
  }

  function requireOwner(owner: string, id: string): void {
    if (schemas.get(id)?.owner !== owner) throw resourceAccessDenied('schema', id, owner)
  }

  return {
    add(owner, schema, now) {
      if (schemas.has(schema._id)) throw duplicateKeyError('')
      schemas.set(schema._id, { ...schema, owner, _created: now, _updated: now })
      database.ensure(schema._id)
    },
    ofOwner: (owner) => [...schemas.values()].filter((schema) => schema.owner === owner),
    remove(owner, id) {
      requireOwner(owner, id)
      for (const kept of [schemas, validators]) kept.delete(id)
      database.drop(id)
    },
    recordsOf(owner, id) {
      requireOwner(owner, id)
      return collection(id)
    },
    validate(id, records) {
      const validate = validators.get(id) ?? validatorOf(schemas.get(id)?.schema ?? {})
      validators.set(id, validate)
      validate(records)
    },
    collection,
    database,
  }
}
