/** Lays the same value of several nodes on top of one another. */
import { isShare } from './sharing.ts'

/** What to put where nodes hold shares, and where they differ. `undefined` leaves the field out. */
export interface Merger {
  secret(shares: readonly unknown[]): unknown
  /** `path` as in `rows[0].visits`. */
  conflict(path: string): unknown
}

/** One value out of each node's. Plaintext must be equal on all, in any order of fields. */
export function merge(values: readonly unknown[], merger: Merger, path = ''): unknown {
  if (values.every(isShare)) return merger.secret(values.map((share) => share['%share']))
  if (values.some(isShare)) return merger.conflict(path)
  if (values.every(Array.isArray)) return mergeLists(values, merger, path)
  if (values.every(isObject)) return mergeObjects(values, merger, path)
  return values.every((value) => value === values[0]) ? values[0] : merger.conflict(path)
}

function mergeLists(lists: readonly (readonly unknown[])[], merger: Merger, path: string): unknown {
  const [first = []] = lists
  if (lists.some((list) => list.length !== first.length)) return merger.conflict(path)
  const merged = first.map((_, i) =>
    merge(
      lists.map((list) => list[i]),
      merger,
      `${path}[${i}]`,
    ),
  )
  // A list of nothing but what is left out is left out as well; in any other list what is left out keeps its place.
  if (merged.length > 0 && merged.every((item) => item === undefined)) return undefined
  return merged.map((item) => (item === undefined ? null : item))
}

function mergeObjects(
  objects: readonly Readonly<Record<string, unknown>>[],
  merger: Merger,
  path: string,
): object {
  const keys = new Set(objects.flatMap((object) => Object.keys(object)))
  const entries = [...keys].map((key) => {
    const everywhere = objects.every((object) => Object.hasOwn(object, key))
    const values = objects.map((object) => object[key])
    const at = path ? `${path}.${key}` : key
    return [key, everywhere ? merge(values, merger, at) : merger.conflict(at)] as const
  })
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
