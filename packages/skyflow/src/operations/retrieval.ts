/** Reads records: one by its id, several by ids or by a unique column. */
import { type Fields, isFields, listOf, readTokens } from '../answer.ts'
import { SkyflowError } from '../skyflow-error.ts'
import type {
  AnyFields,
  ColumnSelection,
  GetOptions,
  ListOptions,
  Redaction,
  SkyflowVault,
  StoredRecord,
} from '../types.ts'
import { pathPart, type Run } from '../vault-context.ts'

type Selection = readonly string[] | ColumnSelection
type Query = [name: string, value: string][]

/** Skyflow's own limit for one call. */
const MAX_IDS = 25

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
    return getSeveral(run, place, { selection, options })
  }
  return get
}

function getOne(
  run: Run,
  place: string,
  { id, options }: { id: string; options: GetOptions },
): Promise<StoredRecord> {
  const path = `${place}${pathPart(id, 'The id')}${queryOf(optionsQuery(options))}`
  return run({ method: 'GET', path, isWrite: false, parse: readRecord }, options)
}

async function getSeveral(
  run: Run,
  place: string,
  { selection, options }: { selection: Selection; options: ListOptions },
): Promise<readonly StoredRecord[]> {
  const query = selectionQuery(selection)
  if (query.length === 0) return []
  const path = `${place}${queryOf([...query, ...optionsQuery(options)])}`
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
    if (selection.length > MAX_IDS)
      throw new SkyflowError('invalid_argument', `At most ${MAX_IDS} ids can be read in one call`)
    for (const id of selection) pathPart(id, 'Each id')
    return selection.map((id) => ['skyflow_ids', id])
  }
  const { column, values } = selection
  if (values.length === 0) return []
  return [['column_name', column], ...values.map((value): Query[0] => ['column_values', value])]
}

function optionsQuery(options: ListOptions): Query {
  const { redaction, tokens, columns = [], limit, offset, order } = options
  const single = { redaction, tokenization: tokens, limit, offset, order_by: order }
  const given = Object.entries(single).flatMap(
    ([name, value]): Query => (value === undefined ? [] : [[name, String(value)]]),
  )
  return [...columns.map((column): Query[0] => ['fields', column]), ...given]
}

function queryOf(query: Query): string {
  return query.length === 0 ? '' : `?${new URLSearchParams(query)}`
}

/** `{ fields: { skyflow_id, … }, tokens? }`. */
function readRecord(entry: unknown): StoredRecord | undefined {
  if (!isFields(entry) || !isFields(entry.fields)) return undefined
  const { skyflow_id: id, ...fields }: Fields = entry.fields
  if (typeof id !== 'string') return undefined
  const tokens = readTokens(entry.tokens)
  return { id, fields, ...(tokens && { tokens }) }
}
