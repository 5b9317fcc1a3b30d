/** The HTTP interface of the seed era's nodes (nilDB 0.5): one call per operation, answers checked. */
import type { NodeCall } from './node-call.ts'
import type { Filter, NewQuery, NewSchema, QueryInfo, SchemaInfo, Update } from './types.ts'

/** A record as one node holds it. */
export interface NodeDocument {
  readonly _id: string
  readonly [field: string]: unknown
}

export interface Creation {
  created: readonly string[]
  /** Ids that the node had already. */
  rejected: readonly string[]
}

const DATA = 'api/v1/data'
const SCHEMAS = 'api/v1/schemas'
const QUERIES = 'api/v1/queries'

/** What a node can be asked for. A later era's interface has the same shape. */
export const seedApi = {
  create: (schema: string, data: readonly unknown[]): NodeCall<Creation> =>
    post(`${DATA}/create`, { schema, data }, parseCreation),
  read: (schema: string, filter: Filter): NodeCall<readonly NodeDocument[]> =>
    post(`${DATA}/read`, { schema, filter }, parseDocuments),
  tail: (schema: string): NodeCall<readonly NodeDocument[]> =>
    post(`${DATA}/tail`, { schema }, parseDocuments),
  update: (schema: string, filter: Filter, update: Update): NodeCall<UpdateCount> =>
    post(`${DATA}/update`, { schema, filter, update }, parseUpdate),
  remove: (schema: string, filter: Filter): NodeCall<number> =>
    post(`${DATA}/delete`, { schema, filter }, parseDeletion),
  flush: (schema: string): NodeCall<number> => post(`${DATA}/flush`, { schema }, parseDeletion),

  createSchema: (schema: Required<NewSchema>): NodeCall<true> => post(SCHEMAS, schema, anything),
  listSchemas: (): NodeCall<readonly SchemaInfo[]> => get(SCHEMAS, parseList<SchemaInfo>),
  removeSchema: (id: string): NodeCall<true> => remove(SCHEMAS, id),

  createQuery: (query: Required<NewQuery>): NodeCall<true> => post(QUERIES, query, anything),
  listQueries: (): NodeCall<readonly QueryInfo[]> => get(QUERIES, parseList<QueryInfo>),
  runQuery: (
    id: string,
    variables: Readonly<Record<string, unknown>>,
  ): NodeCall<readonly unknown[]> => post(`${QUERIES}/execute`, { id, variables }, parseRows),
  removeQuery: (id: string): NodeCall<true> => remove(QUERIES, id),
}

export interface UpdateCount {
  matched: number
  modified: number
}

function post<T>(path: string, body: unknown, parse: NodeCall<T>['parse']): NodeCall<T> {
  return { method: 'POST', path, body, parse }
}

function get<T>(path: string, parse: NodeCall<T>['parse']): NodeCall<T> {
  return { method: 'GET', path, parse }
}

function remove(path: string, id: string): NodeCall<true> {
  return { method: 'DELETE', path, body: { id }, parse: anything }
}

/** Creations and removals of schemas and queries answer with an empty body, or with the id in nilDB 0.4. */
function anything(): true {
  return true
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isDocument = (value: unknown): value is NodeDocument =>
  isObject(value) && typeof value._id === 'string'

const dataOf = (content: unknown): unknown => (isObject(content) ? content.data : undefined)

function parseRows(content: unknown): readonly unknown[] | undefined {
  const data = dataOf(content)
  return Array.isArray(data) ? data : undefined
}

function parseDocuments(content: unknown): readonly NodeDocument[] | undefined {
  const rows = parseRows(content)
  return rows?.every(isDocument) ? rows : undefined
}

function parseList<T extends { _id: string }>(content: unknown): readonly T[] | undefined {
  // The parse boundary: a definition's own fields are the node's to vouch for.
  return parseDocuments(content) as readonly T[] | undefined
}

function parseCreation(content: unknown): Creation | undefined {
  const data = dataOf(content)
  if (!isObject(data) || !Array.isArray(data.created) || !Array.isArray(data.errors))
    return undefined
  const created = data.created.filter((id) => typeof id === 'string')
  const rejected = data.errors.map((entry: unknown) => idOfFailure(entry))
  return { created, rejected }
}

function idOfFailure(entry: unknown): string {
  return isObject(entry) && isDocument(entry.document) ? entry.document._id : 'unknown'
}

function parseUpdate(content: unknown): UpdateCount | undefined {
  const data = dataOf(content)
  if (!isObject(data)) return undefined
  const { matchedCount: matched, modifiedCount: modified } = data
  return typeof matched === 'number' && typeof modified === 'number'
    ? { matched, modified }
    : undefined
}

function parseDeletion(content: unknown): number | undefined {
  const data = dataOf(content)
  return isObject(data) && typeof data.deletedCount === 'number' ? data.deletedCount : undefined
}
