/** Reads records: one by its id, several by ids or by a unique column, any number page by page. */
import { type Fields, isFields, listOf, readTokens } from '../answer.ts'
import { isSkyflowError, SkyflowError } from '../skyflow-error.ts'
import type {
  AnyFields,
  ColumnSelection,
  GetOptions,
  ListOptions,
  PagingOptions,
  Redaction,
  StoredRecord,
} from '../types.ts'
import { checkCount, inParts, MAX_ROWS, pathPart, type Run } from '../vault-context.ts'
import type { SkyflowVault } from '../vault-types.ts'

type Selection = readonly string[] | ColumnSelection
type Query = [name: string, value: string][]

export function createRetrieval(run: Run): SkyflowVault['get'] {
  function get<R extends Redaction>(
    table: string,
    id: string,
    options?: GetOptions<R>,
  ): Promise<StoredRecord<AnyFields, R>>
  function get<R extends Redaction>(
    table: string,
    selection: Selection,
    options?: ListOptions<R>,
  ): Promise<readonly StoredRecord<AnyFields, R>[]>
  async function get(
    table: string,
    selection: string | Selection,
    options: ListOptions = {},
  ): Promise<unknown> {
    const place = pathPart(table, 'The table')
    if (typeof selection === 'string') return getOne(run, place, { id: selection, options })
    const query = selectionQuery(selection)
    return query.length === 0 ? [] : getPage(run, place, { selection, options })
  }
  return get
}

/** One request for each page, when it is come to. */
export async function* readPages(
  run: Run,
  table: string,
  { only, pageSize = MAX_ROWS, ...options }: PagingOptions = {},
): AsyncGenerator<StoredRecord, void, undefined> {
  const place = pathPart(table, 'The table')
  if (!(Number.isInteger(pageSize) && pageSize >= 1 && pageSize <= MAX_ROWS))
    throw new SkyflowError('invalid_argument', `pageSize must be 1 to ${MAX_ROWS}`)
  if (only !== undefined) {
    for (const selection of selectionsOf(only, pageSize))
      yield* await getPage(run, place, { selection, options }).catch(noneOf)
    return
  }
  // Without an order two pages might show the same record.
  const { order = 'ASCENDING' } = options
  for (let offset = 0; ; offset += pageSize) {
    const page = { ...options, order, offset, limit: pageSize }
    const records = await getPage(run, place, { options: page }).catch(noneOf)
    yield* records
    if (records.length < pageSize) return
  }
}

function selectionsOf(only: Selection, size: number): readonly Selection[] {
  if (isIds(only)) return inParts(only, size)
  return inParts(only.values, size).map((values) => ({ ...only, values }))
}

/** The vault answers 404 where it finds none at all. */
function noneOf(error: unknown): readonly StoredRecord[] {
  if (isSkyflowError(error) && error.code === 'not_found') return []
  throw error
}

function getOne(
  run: Run,
  place: string,
  { id, options }: { id: string; options: GetOptions },
): Promise<StoredRecord> {
  const path = `${place}${pathPart(id, 'The id')}${queryOf(optionsQuery(options))}`
  return run({ method: 'GET', path, isWrite: false, parse: readRecord }, options)
}

async function getPage(
  run: Run,
  place: string,
  { selection = [], options }: { selection?: Selection; options: ListOptions },
): Promise<readonly StoredRecord[]> {
  const path = `${place}${queryOf([...selectionQuery(selection), ...optionsQuery(options)])}`
  const sent = isIds(selection) ? [] : selection.values
  return run(
    {
      method: 'GET',
      path,
      isWrite: false,
      sent,
      parse: (content) => listOf(content, 'records', readRecord),
    },
    options,
  )
}

function isIds(selection: Selection): selection is readonly string[] {
  return Array.isArray(selection)
}

function selectionQuery(selection: Selection): Query {
  if (isIds(selection)) {
    checkCount(selection, 'ids can be read')
    for (const id of selection) pathPart(id, 'Each id')
    return selection.map((id) => ['skyflow_ids', id])
  }
  const { column, values } = selection
  checkCount(values, 'values can be looked for')
  if (values.length === 0) return []
  return [['column_name', column], ...values.map((value): Query[0] => ['column_values', value])]
}

function optionsQuery(options: ListOptions): Query {
  const { columns = [], limit, offset, order } = options
  const { redaction, tokens: tokenization, downloadUrls: downloadURL } = options
  const single = { redaction, tokenization, downloadURL, limit, offset, order_by: order }
  const given = Object.entries(single).flatMap(
    ([name, value]): Query => (value === undefined ? [] : [[name, String(value)]]),
  )
  return [...columns.map((column): Query[0] => ['fields', column]), ...given]
}

function queryOf(query: Query): string {
  return query.length === 0 ? '' : `?${new URLSearchParams(query)}`
}

/** `{ fields: { skyflow_id, … }, tokens? }`. */
export function readRecord(entry: unknown): StoredRecord | undefined {
  if (!isFields(entry) || !isFields(entry.fields)) return undefined
  const { skyflow_id: id, ...fields }: Fields = entry.fields
  if (typeof id !== 'string') return undefined
  const tokens = readTokens(entry.tokens)
  return { id, fields, ...(tokens && { tokens }) }
}
