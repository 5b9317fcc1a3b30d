/** Finds the record that stands in the way of another under a unique index. */
import get from 'es-toolkit/compat/get'
import type { JsonObject } from './coercion.ts'

export interface DataIndex {
  name: string
  key: Record<string, 1 | -1>
  unique: boolean
  /** After how many seconds a record goes. Kept, but nothing goes here. */
  ttl?: number
}

export interface Conflict {
  index: string
  /** The keys with their values, as the database's message has them. */
  keys: string
}

type Identified = JsonObject & { _id: unknown }

/** The first conflict of a record with the others; the record itself may be among them. */
export function conflictOf(
  record: Identified,
  indexes: readonly DataIndex[],
  others: ReadonlyMap<string, Identified>,
): Conflict | undefined {
  for (const { name, key, unique } of indexes) {
    if (!unique) continue
    const keys = valuesOf(record, key)
    for (const [id, other] of others)
      if (id !== String(record._id) && valuesOf(other, key) === keys) return { index: name, keys }
  }
  return undefined
}

/** A member that is missing counts as null, so that only one record may lack it. */
function valuesOf(record: JsonObject, key: DataIndex['key']): string {
  return Object.keys(key)
    .map((path) => `${path}: ${JSON.stringify(get(record, path) ?? null)}`)
    .join(', ')
}
