/** Holds the records of one schema in memory, with the database's filters and updates. */
import { Query, updateMany } from 'mingo'
import { cloneDeep } from 'mingo/util'
import { applyCoercions, isObject, type JsonObject } from './coercion.ts'
import { asDatabaseStep } from './errors.ts'
import { createUuid, parseUuid, Uuid } from './uuid.ts'

export interface StoredRecord extends JsonObject {
  _id: Uuid
  _created: Date
  _updated: Date
}

export interface InsertResult {
  created: string[]
  errors: { error: string; document: StoredRecord }[]
}

export interface UpdateResult {
  acknowledged: true
  modifiedCount: number
  upsertedId: null
  upsertedCount: 0
  matchedCount: number
}

export interface Collection {
  /** Duplicates are reported, the other records are stored. */
  insert(records: readonly JsonObject[], now: Date): InsertResult
  /** Newest first; records of one insert keep their order. */
  find(filter: JsonObject): StoredRecord[]
  update(filter: JsonObject, change: JsonObject): UpdateResult
  remove(filter: JsonObject): number
  removeAll(): number
  /** A copy of every record in the order of insertion: pipelines write into what they read. */
  records(): StoredRecord[]
  /** Stores the rows that a pipeline wrote. */
  replaceAll(rows: readonly JsonObject[]): void
}

/** No script runs: a filter comes from the network. */
const ENGINE = { scriptEnabled: false } as const

export function createCollection(name: string): Collection {
  const stored = new Map<string, StoredRecord>()

  function matching(operation: string, filter: JsonObject): StoredRecord[] {
    const coerced = applyCoercions(filter)
    return asDatabaseStep(operation, () => {
      const query = new Query(coerced, ENGINE)
      return [...stored.values()].filter((record) => query.test(record))
    })
  }

  function removeEach(records: StoredRecord[]): number {
    for (const record of records) stored.delete(String(record._id))
    return records.length
  }

  return {
    insert(records, now) {
      const errors: InsertResult['errors'] = []
      const created = new Set<string>()
      for (const record of records) {
        const document = { ...record, _id: idOf(record), _created: now, _updated: now }
        const id = String(document._id)
        if (stored.has(id)) {
          errors.push({ error: duplicateText(name, id), document })
        } else {
          stored.set(id, document)
          created.add(id)
        }
      }
      // An id twice in one request is stored once, yet not named as created: so does the real node.
      for (const { document } of errors) created.delete(String(document._id))
      return { created: [...created], errors }
    },
    find: (filter) => newestFirst(matching('findMany', filter)),
    update(filter, change) {
      const matched = matching('updateMany', filter)
      const updated = updateCopies(matched, applyCoercions(change))
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

function duplicateText(collection: string, id: string): string {
  const place = `nildb_data.${collection} index: _id_`
  return `E11000 duplicate key error collection: ${place} dup key: { _id: UUID("${id}") }`
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
