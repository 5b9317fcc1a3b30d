/** Stores new records, all but the last where a fault asks for a creation that succeeds in part. */
import type { JsonObject } from './coercion.ts'
import type { Collection, InsertResult } from './collection.ts'
import type { NodeState } from './environment.ts'

export interface Insertion {
  records: readonly JsonObject[]
  /** Members that each of them gets. */
  extra?: JsonObject
}

const REFUSED = 'Unknown bulk operation error'

export function insertInto(
  collection: Collection,
  { records, extra }: Insertion,
  node: NodeState,
): InsertResult {
  const now = node.now()
  if (!node.conditions.settings().partialCreate) return collection.insert(records, now, extra)
  const { created, errors } = collection.insert(records.slice(0, -1), now, extra)
  const refused = records.slice(-1).map((document) => ({ error: REFUSED, document }))
  return { created, errors: [...errors, ...refused] }
}
