/** The HTTP interface of today's nodes (nilDB from 1.0 on): one call per operation, answers checked. */
import {
  anything,
  dataOf,
  get,
  isDocument,
  isObject,
  parseCreation,
  parseDeletion,
  parseDocuments,
  parseRows,
  post,
} from './answers.ts'
import { typedForToday } from './filter-types.ts'
import type { Creation, NodeApi, UpdateCount } from './node-api.ts'
import type { NodeCall } from './node-call.ts'
import { checkId } from './record-id.ts'
import { toPathVariables } from './query-variables.ts'
import { todayExtras } from './today-extras.ts'
import { cut, PAGE_SIZE, pages } from './today-pages.ts'
import type { Filter } from './types.ts'

const DATA = 'v1/data'
const COLLECTIONS = 'v1/collections'
const QUERIES = 'v1/queries'
/** What the seed era gives. */
const TAIL = 25

export const todayApi: NodeApi = {
  era: 'today',
  create: (collection, data) => creation(`${DATA}/standard`, { collection, data }),
  read: (collection, filter) =>
    pages((offset) => {
      const pagination = { limit: PAGE_SIZE, offset }
      const body = { collection, filter: typedForToday(filter), pagination }
      return post(`${DATA}/find`, body, parseDocuments)
    }),
  page: (collection, filter, window) =>
    cut(window, (pagination) => {
      const body = { collection, filter: typedForToday(filter), pagination }
      return post(`${DATA}/find`, body, parseDocuments)
    }),
  tail: (id) => get(`${DATA}/${checkId(id, 'A schema')}/tail?limit=${TAIL}`, parseDocuments),
  update: (collection, filter, update) =>
    post(`${DATA}/update`, { collection, filter: typedForToday(filter), update }, parseUpdate),
  remove: (collection, filter) =>
    post(`${DATA}/delete`, { collection, filter: typedForToday(filter) }, parseDeletion),
  flush: (id) => ({
    method: 'DELETE',
    path: `${DATA}/${checkId(id, 'A schema')}/flush`,
    parse: () => null,
  }),

  createSchema: ({ type = 'standard', ...schema }) =>
    post(COLLECTIONS, { type, ...schema }, anything),
  listSchemas: () =>
    pages((offset) =>
      get(listPath(COLLECTIONS, offset), (content) =>
        listOf(content, ({ id, ...facts }) => ({ _id: id, schema: undefined, ...facts })),
      ),
    ),
  removeSchema: (id) => remove(COLLECTIONS, id),

  createQuery: (query) => post(QUERIES, toPathVariables(query), anything),
  listQueries: () =>
    pages((offset) =>
      get(listPath(QUERIES, offset), (content) =>
        listOf(content, ({ collection: schema, ...facts }) => ({
          schema,
          variables: undefined,
          pipeline: undefined,
          ...facts,
        })),
      ),
    ),
  removeQuery: (id) => remove(QUERIES, id),
  startRun: (_id, variables) =>
    post(`${QUERIES}/run`, { _id, variables: typedVariables(variables) }, parseStart),

  today: todayExtras({ creation, parseUpdate }),
}

const listPath = (path: string, offset: number): string =>
  `${path}?limit=${PAGE_SIZE}&offset=${offset}`

function remove(path: string, id: string): NodeCall<true> {
  return { method: 'DELETE', path: `${path}/${checkId(id, 'An id')}`, parse: anything }
}

/** 201 where the node took all, 207 where it took some; 400 with the same body where it took none. */
function creation(path: string, body: unknown): NodeCall<Creation> {
  return { ...post(path, body, parseCreation), parseRefusal: parseCreation }
}

/** A `Date` is compared as one, as by the seed era's nodes, which know its type from the query. */
function typedVariables(variables: Filter): Filter {
  const { $coerce, ...values } = variables
  const dates = Object.entries(values).filter(([, value]) => value instanceof Date)
  const types = Object.fromEntries(dates.map(([name]) => [name, 'date']))
  const coercions = { ...types, ...(isObject($coerce) && $coerce) }
  return Object.keys(coercions).length === 0 ? variables : { ...values, $coerce: coercions }
}

function listOf<T extends { _id: string }>(
  content: unknown,
  read: (row: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>,
): readonly T[] | undefined {
  const rows = parseRows(content)?.map((row) => (isObject(row) ? read(row) : row))
  // The parse boundary: a definition's own fields are the node's to vouch for.
  return rows?.every(isDocument) ? (rows as readonly unknown[] as readonly T[]) : undefined
}

function parseStart(content: unknown): { status: 'pending'; run: string } | undefined {
  const run = dataOf(content)
  return typeof run === 'string' ? { status: 'pending', run } : undefined
}

function parseUpdate(content: unknown): UpdateCount | undefined {
  const data = dataOf(content)
  if (!isObject(data)) return undefined
  const { matched, modified } = data
  return typeof matched === 'number' && typeof modified === 'number'
    ? { matched, modified }
    : undefined
}
