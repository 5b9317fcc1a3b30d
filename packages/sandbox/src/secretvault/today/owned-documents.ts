/** Keeps users' lists of documents true when documents change or go. */
import type { JsonObject } from '../coercion.ts'
import type { Collection, StoredRecord } from '../collection.ts'
import type { TodayStore } from './today-store.ts'

/** Removes what the filter matches; answers how many. */
export function removeRecords(
  { users }: TodayStore,
  { records, filter, now }: { records: Collection; filter: JsonObject; now: Date },
): number {
  users.noteRemoval(ownedAmong(records, filter), now)
  return records.remove(filter)
}

/** Removes a collection with its records. */
export function removeCollection(store: TodayStore, id: string, now: Date): void {
  removeRecords(store, { records: store.collections.recordsOf(id), filter: {}, now })
  store.collections.remove(id)
}

export function ownedAmong(records: Collection, filter: JsonObject): StoredRecord[] {
  return records.find({ ...filter, _owner: { $exists: true } })
}
