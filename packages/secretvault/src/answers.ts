/** Reads the answers that both eras' nodes give in the same shape. */
import type { Creation, NodeDocument } from './node-api.ts'
import type { NodeCall } from './node-call.ts'

export function post<T>(path: string, body: unknown, parse: NodeCall<T>['parse']): NodeCall<T> {
  return { method: 'POST', path, body, parse }
}

export function get<T>(path: string, parse: NodeCall<T>['parse']): NodeCall<T> {
  return { method: 'GET', path, parse }
}

/** For answers that say by their status alone that it is done. */
export function anything(): true {
  return true
}

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const isDocument = (value: unknown): value is NodeDocument =>
  isObject(value) && typeof value._id === 'string'

export const dataOf = (content: unknown): unknown => (isObject(content) ? content.data : undefined)

export function parseRows(content: unknown): readonly unknown[] | undefined {
  const data = dataOf(content)
  return Array.isArray(data) ? data : undefined
}

export function parseDocuments(content: unknown): readonly NodeDocument[] | undefined {
  const rows = parseRows(content)
  return rows?.every(isDocument) ? rows : undefined
}

export function parseCreation(content: unknown): Creation | undefined {
  const data = dataOf(content)
  if (!isObject(data) || !Array.isArray(data.created) || !Array.isArray(data.errors))
    return undefined
  const created = data.created.filter((id) => typeof id === 'string')
  const failures = data.errors.map((entry: unknown) => failureOf(entry))
  const idsOf = (isPresent: boolean): readonly string[] =>
    failures.filter((failure) => failure.isPresent === isPresent).map(({ id }) => id)
  return { created, present: idsOf(true), refused: idsOf(false) }
}

/** The database's words for an id that is taken; another unique field has an index of another name. */
const ID_TAKEN = /^E11000 .*index: _id_ /

function failureOf(entry: unknown): { id: string; isPresent: boolean } {
  if (!isObject(entry)) return { id: 'unknown', isPresent: false }
  const { document, error } = entry
  const isPresent = typeof error === 'string' && ID_TAKEN.test(error)
  return { id: isDocument(document) ? document._id : 'unknown', isPresent }
}

export function parseDeletion(content: unknown): number | undefined {
  const data = dataOf(content)
  return isObject(data) && typeof data.deletedCount === 'number' ? data.deletedCount : undefined
}
