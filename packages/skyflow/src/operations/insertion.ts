/** Stores records: one, all or none, or each for itself. */
import {
  type AnswerFacts,
  type Fields,
  isFields,
  listOf,
  readWritten,
  refusalOf,
} from '../answer.ts'
import { contentsOf } from '../blank.ts'
import { SkyflowError } from '../skyflow-error.ts'
import type {
  AnyFields,
  ContinueOnError,
  InsertOptions,
  Outcome,
  SkyflowVault,
  WrittenRecord,
} from '../types.ts'
import { pathPart, type Run } from '../vault-context.ts'

type Options = InsertOptions & Partial<ContinueOnError>
type Order = { table: string; records: readonly unknown[]; options: Options }

const OK = 200

export function createInsertion(run: Run): SkyflowVault['insert'] {
  function insert(table: string, record: AnyFields, options?: InsertOptions): Promise<WrittenRecord>
  function insert(
    table: string,
    records: readonly AnyFields[],
    options: InsertOptions & ContinueOnError,
  ): Promise<readonly Outcome<WrittenRecord>[]>
  function insert(
    table: string,
    records: readonly AnyFields[],
    options?: InsertOptions,
  ): Promise<readonly WrittenRecord[]>
  async function insert(
    table: string,
    input: AnyFields | readonly AnyFields[],
    options: Options = {},
  ): Promise<unknown> {
    const isOne = !Array.isArray(input)
    const records: readonly unknown[] = isOne ? [input] : input
    if (!records.every(isFields))
      throw new SkyflowError('invalid_argument', 'Each record must be an object of columns')
    if (records.length === 0) return []
    const order = { table, records, options }
    if (options.continueOnError && !isOne) return insertEach(run, order)
    const written = await insertAll(run, order)
    return isOne ? written[0] : written
  }
  return insert
}

function insertAll(
  run: Run,
  { table, records, options }: Order,
): Promise<readonly WrittenRecord[]> {
  const { tokens = true, upsert } = options
  return run(
    {
      method: 'POST',
      path: pathPart(table, 'The table'),
      body: {
        records: records.map((fields) => ({ fields })),
        tokenization: tokens,
        ...(upsert !== undefined && { upsert }),
      },
      isWrite: true,
      sent: contentsOf(records),
      parse: (content) => ofLength(records.length, listOf(content, 'records', readWritten)),
    },
    options,
  )
}

function insertEach(
  run: Run,
  { table, records, options }: Order,
): Promise<readonly Outcome<WrittenRecord>[]> {
  const { tokens = true, upsert } = options
  pathPart(table, 'The table')
  const batch = records.map((fields) => ({
    method: 'POST',
    tableName: table,
    fields,
    tokenization: tokens,
    ...(upsert !== undefined && { upsert }),
  }))
  return run(
    {
      method: 'POST',
      path: '',
      body: { records: batch, continueOnError: true },
      isWrite: true,
      sent: contentsOf(records),
      parse: (content, facts) =>
        ofLength(
          records.length,
          listOf(content, 'responses', (entry) => readOutcome(entry, facts)),
        ),
    },
    options,
  )
}

function ofLength<T>(length: number, list: readonly T[] | undefined): readonly T[] | undefined {
  return list?.length === length ? list : undefined
}

/** `{ Body, Status }`; where all went well, some releases answer with the bare body. */
function readOutcome(entry: unknown, facts: AnswerFacts): Outcome<WrittenRecord> | undefined {
  if (!isFields(entry)) return undefined
  const status = typeof entry.Status === 'number' ? entry.Status : OK
  const body: Fields = isFields(entry.Body) ? entry.Body : entry
  if (status !== OK || body.error !== undefined)
    return { ok: false, error: refusalOf(body, { ...facts, status: status === OK ? 400 : status }) }
  const [value] = listOf(body, 'records', readWritten) ?? []
  return value && { ok: true, value }
}
