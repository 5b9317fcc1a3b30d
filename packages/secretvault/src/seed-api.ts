/** The HTTP interface of the seed era's nodes (nilDB 0.5): one call per operation, answers checked. */
import {
  anything,
  dataOf,
  get,
  isObject,
  parseCreation,
  parseDeletion,
  parseDocuments,
  parseRows,
  post,
} from './answers.ts'
import type { QueryInfo, SchemaInfo } from './definition-types.ts'
import { typedForSeed } from './filter-types.ts'
import type { NodeApi, NodeDocument, RunState, UpdateCount } from './node-api.ts'
import type { NodeCall } from './node-call.ts'
import { toNamedVariables } from './query-variables.ts'
import type { Filter } from './types.ts'
import { VaultError } from './vault-error.ts'

const DATA = 'api/v1/data'
const SCHEMAS = 'api/v1/schemas'
const QUERIES = 'api/v1/queries'

export const seedApi: NodeApi = {
  era: 'seed',
  create: (schema, data) => post(`${DATA}/create`, { schema, data }, parseCreation),
  read,
  page(schema, filter, { offset, limit }) {
    const call = read(schema, filter)
    return post(call.path, call.body, (content) => {
      const all = call.parse(content)
      return all && { documents: all.slice(offset, offset + limit), total: all.length }
    })
  },
  tail: (schema) => post(`${DATA}/tail`, { schema }, parseDocuments),
  update: (schema, filter, update) =>
    post(`${DATA}/update`, { schema, filter: typedForSeed(filter), update }, parseUpdate),
  remove: (schema, filter) =>
    post(`${DATA}/delete`, { schema, filter: typedForSeed(filter) }, parseDeletion),
  flush: (schema) => post(`${DATA}/flush`, { schema }, parseDeletion),

  createSchema({ type = 'standard', ...schema }) {
    if (type === 'standard') return post(SCHEMAS, schema, anything)
    throw new VaultError('unsupported', 'Seed-era nodes have no owned records')
  },
  listSchemas: () => get(SCHEMAS, parseList<SchemaInfo>),
  removeSchema: (id) => remove(SCHEMAS, id),

  createQuery: (query) => post(QUERIES, toNamedVariables(query), anything),
  listQueries: () => get(QUERIES, parseList<QueryInfo>),
  removeQuery: (id) => remove(QUERIES, id),
  startRun: (id, variables) => post(`${QUERIES}/execute`, { id, variables }, parseRun),
}

/** All that fit: the seed era knows no pages. */
function read(schema: string, filter: Filter): NodeCall<readonly NodeDocument[]> {
  return post(`${DATA}/read`, { schema, filter: typedForSeed(filter) }, parseDocuments)
}

/** Answered by an empty body, or with the id in nilDB 0.4. */
function remove(path: string, id: string): NodeCall<true> {
  return { method: 'DELETE', path, body: { id }, parse: anything }
}

function parseList<T extends { _id: string }>(content: unknown): readonly T[] | undefined {
  // The parse boundary: a definition's own fields are the node's to vouch for.
  return parseDocuments(content) as readonly T[] | undefined
}

/** Seed-era nodes run a query while they are asked. */
function parseRun(content: unknown): RunState | undefined {
  const rows = parseRows(content)
  return rows && { status: 'complete', rows }
}

function parseUpdate(content: unknown): UpdateCount | undefined {
  const data = dataOf(content)
  if (!isObject(data)) return undefined
  const { matchedCount: matched, modifiedCount: modified } = data
  return typeof matched === 'number' && typeof modified === 'number'
    ? { matched, modified }
    : undefined
}
