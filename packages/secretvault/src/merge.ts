/** Lays the same value of several nodes on top of one another. */
import { isShare } from './sharing.ts'

/** What to put where nodes hold shares, and where they differ. `undefined` leaves the field out. */
export interface Merger {
  secret(shares: readonly unknown[]): unknown
  conflict(): unknown
}

/** One value out of each node's. Plaintext must be equal on all, in any order of fields. */
export function merge(values: readonly unknown[], merger: Merger): unknown {
  if (values.every(isShare)) return merger.secret(values.map((share) => share['%share']))
  if (values.some(isShare)) return merger.conflict()
  if (values.every(Array.isArray)) return mergeLists(values, merger)
  if (values.every(isObject)) return mergeObjects(values, merger)
  return values.every((value) => value === values[0]) ? values[0] : merger.conflict()
}

function mergeLists(lists: readonly (readonly unknown[])[], merger: Merger): unknown {
  const [first = []] = lists
  if (lists.some((list) => list.length !== first.length)) return merger.conflict()
  return first.map((_, i) =>
    merge(
      lists.map((list) => list[i]),
      merger,
    ),
  )
}

function mergeObjects(
  objects: readonly Readonly<Record<string, unknown>>[],
  merger: Merger,
): object {
  const keys = new Set(objects.flatMap((object) => Object.keys(object)))
  const entries = [...keys].map((key) => {
    const everywhere = objects.every((object) => Object.hasOwn(object, key))
    const values = objects.map((object) => object[key])
    return [key, everywhere ? merge(values, merger) : merger.conflict()] as const
  })
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
