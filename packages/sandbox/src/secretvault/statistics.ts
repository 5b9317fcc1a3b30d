/** Describes a collection: how much is in it, since when, under which indexes. */
import type { Collection } from './collection.ts'

export interface IndexDescription {
  v: 2
  key: Record<string, 1 | -1>
  name: string
  unique: boolean
}

export interface Statistics {
  count: number
  /** Bytes of the records as JSON; the real node counts those of its database. */
  size: number
  /** The epoch where there is no record. */
  firstWrite: Date
  lastWrite: Date
  indexes: IndexDescription[]
}

export function statisticsOf(collection: Collection): Statistics {
  const records = collection.records()
  const writes = records.map(({ _created }) => Number(_created)).sort((one, other) => one - other)
  return {
    count: records.length,
    size: Buffer.byteLength(records.map((record) => JSON.stringify(record)).join('')),
    firstWrite: new Date(writes.at(0) ?? 0),
    lastWrite: new Date(writes.at(-1) ?? 0),
    indexes: [
      { v: 2, key: { _id: 1 }, name: '_id_', unique: false },
      ...collection.indexes.map(({ key, name, unique }) => ({ v: 2 as const, key, name, unique })),
    ],
  }
}
