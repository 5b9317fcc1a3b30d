/** Reads and changes the records of one collection, with the database's filters and updates. */
import { Query, updateMany } from 'mingo'
import { cloneDeep } from 'mingo/util'
import { isObject, type JsonObject } from './coercion.ts'
import { asDatabaseStep, duplicateKeyError } from './errors.ts'
import { conflictOf, type DataIndex } from './unique-index.ts'
import { createUuid, parseUuid, Uuid } from './uuid.ts'

export interface StoredRecord extends JsonObject {
  _id: Uuid
  _created: Date
  _updated: Date
}

/** What is kept of one collection. */
export interface DataTable {
  records: Map<string, StoredRecord>
  indexes: DataIndex[]
}

export interface InsertResult {
  created: string[]
  errors: { error: string; document: JsonObject }[]
}

export interface UpdateResult {
  acknowledged: true
  modifiedCount: number
  upsertedId: null
  upsertedCount: 0
  matchedCount: number
}

export interface Collection {
  /** Duplicates are reported, the other records are stored, each with `extra` members. */
  insert(records: readonly JsonObject[], now: Date, extra?: JsonObject): InsertResult
  /** Newest first; records of one insert keep their order. */
  find(filter: JsonObject): StoredRecord[]
  update(filter: JsonObject, change: JsonObject): UpdateResult
  remove(filter: JsonObject): number
  removeAll(): number
  /** A copy of every record in the order of insertion: pipelines write into what they read. */
  records(): StoredRecord[]
  /** Stores the rows that a pipeline wrote. */
  replaceAll(rows: readonly JsonObject[]): void
  /** Those beside the one on `_id`. */
  indexes: DataIndex[]
}

/** No script runs: a filter comes from the network. */
const ENGINE = { scriptEnabled: false } as const

export function createCollection(name: string, table: DataTable): Collection {
  const { records: stored, indexes } = table

  function matching(operation: string, filter: JsonObject): StoredRecord[] {
    return asDatabaseStep(operation, () => {
      const { isNamed, rest } = apartFromIds(filter)
      const query = new Query(rest, ENGINE)
      return [...stored.values()].filter((record) => isNamed(record) && query.test(record))
    })
  }

  function removeEach(records: StoredRecord[]): number {
    for (const record of records) stored.delete(String(record._id))
    return records.length
  }

  return {
    indexes,
    insert(records, now, extra = {}) {
      const errors: InsertResult['errors'] = []
      const created = new Set<string>()
      for (const record of records) {
        const dates = { _created: now, _updated: now }
        const document = { ...record, _id: idOf(record), ...dates, ...extra }
        const id = String(document._id)
        const error = duplicateOf(document, name, table)
        if (error !== undefined) {
          errors.push({ error, document })
        } else {
          stored.set(id, document)
          created.add(id)
        }
      }
      // An id twice in one request is stored once, yet not named as created: so does the real node.
      for (const { document } of errors) created.delete(String(document['_id']))
      return { created: [...created], errors }
    },
    find: (filter) => newestFirst(matching('findMany', filter)),
    update(filter, change) {
      const matched = matching('updateMany', filter)
      const updated = updateCopies(matched, change)
      if (isAnyInConflict(updated.records, table)) throw duplicateKeyError('updateMany')
      for (const record of updated.records) stored.set(String(record._id), record)
      return {
        acknowledged: true,
        modifiedCount: updated.modifiedCount,
        upsertedId: null,
        upsertedCount: 0,
        matchedCount: matched.length,
      }
    },
    remove: (filter) => removeEach(matching('deleteMany', filter)),
    removeAll: () => removeEach([...stored.values()]),
    records: () => [...stored.values()].map(copyOf),
    replaceAll(rows) {
      stored.clear()
      for (const record of rows.map(recordFrom)) stored.set(String(record._id), record)
    },
  }
}

interface ApartFromIds {
  isNamed(this: void, record: StoredRecord): boolean
  rest: JsonObject
}

/** The ids that a filter names, looked up as by the database's index: thousands of them are no matter. */
function apartFromIds(filter: JsonObject): ApartFromIds {
  const { _id: id, ...rest } = filter
  const everyone = { isNamed: () => true, rest: filter }
  if (!isObject(id) || Object.keys(id).join() !== '$in') return everyone
  const { $in: list } = id
  if (!Array.isArray(list) || !list.every((each) => each instanceof Uuid)) return everyone
  const ids = new Set(list.map(String))
  return { isNamed: ({ _id }) => ids.has(String(_id)), rest }
}

/** A record without an id gets one. An id that is no UUID fails the whole request. */
function idOf({ _id: id }: JsonObject): Uuid {
  if (id instanceof Uuid) return id
  if (id === undefined || id === null) return createUuid()
  return asDatabaseStep('', () => parseUuid(typeof id === 'string' ? id : JSON.stringify(id)))
}

function recordFrom(row: JsonObject): StoredRecord {
  const { _created, _updated } = row
  return { ...row, _id: idOf(row), _created: dateFrom(_created), _updated: dateFrom(_updated) }
}

function dateFrom(value: unknown): Date {
  return value instanceof Date ? value : new Date(0)
}

/** Whether records that are about to be stored anew clash with the others under a unique index. */
function isAnyInConflict(
  changed: readonly StoredRecord[],
  { records, indexes }: DataTable,
): boolean {
  const all = new Map(records)
  for (const record of changed) all.set(String(record._id), record)
  return changed.some((record) => conflictOf(record, indexes, all))
}

/** What the database says where a unique index stands in the way. */
function duplicateOf(document: StoredRecord, name: string, table: DataTable): string | undefined {
  const id = String(document._id)
  if (table.records.has(id)) return duplicateText(name, '_id_', `_id: UUID("${id}")`)
  const conflict = conflictOf(document, table.indexes, table.records)
  return conflict && duplicateText(name, conflict.index, conflict.keys)
}

function duplicateText(collection: string, index: string, keys: string): string {
  const place = `nildb_data.${collection} index: ${index}`
  return `E11000 duplicate key error collection: ${place} dup key: { ${keys} }`
}

function newestFirst(records: StoredRecord[]): StoredRecord[] {
  return records.toSorted((one, other) => Number(other._created) - Number(one._created))
}

/** Works on copies, so that an update that fails half-way changes nothing. No operator may touch `_id`. */
function updateCopies(
  matched: StoredRecord[],
  change: JsonObject,
): { records: StoredRecord[]; modifiedCount: number } {
  return asDatabaseStep('updateMany', () => {
    if (!Object.keys(change)[0]?.startsWith('$')) throw new Error('An update takes operators')
    const records = matched.map(copyOf)
    const { modifiedCount } = updateMany(records, {}, change, {}, ENGINE)
    return { records, modifiedCount }
  })
}

function copyOf(record: StoredRecord): StoredRecord {
  const { _id, _created, _updated } = record
  const copy = cloneDeep(record)
  return { ...(isObject(copy) ? copy : {}), _id, _created, _updated }
}
