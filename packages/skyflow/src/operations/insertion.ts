/** Stores records: one, all or none, or each for itself. */
import { type AnswerFacts, isFields, listOf, outcomeIn, readWritten } from '../answer.ts'
import { contentsOf } from '../blank.ts'
import { SkyflowError } from '../skyflow-error.ts'
import { checked, type TableSchemas } from '../standard-schema.ts'
import type {
  AnyFields,
  ContinueOnError,
  InsertOptions,
  Outcome,
  OwnTokens,
  WrittenRecord,
} from '../types.ts'
import { checkCount, inParts, pathPart, type Run } from '../vault-context.ts'
import type { SkyflowVault } from '../vault-types.ts'
import { outcomesOf } from './each.ts'

type Options = InsertOptions & Partial<ContinueOnError>
interface Draft {
  fields: unknown
  tokens?: OwnTokens
}
type Order = { table: string; drafts: readonly Draft[]; options: Options }

export function createInsertion(run: Run, schemas: TableSchemas): SkyflowVault['insert'] {
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
    const drafts = draftsOf(await fitting(schemas, table, records), options)
    const order = { table, drafts, options }
    if (options.continueOnError && !isOne) return insertParts(run, order)
    const written = await insertAll(run, order)
    return isOne ? written[0] : written
  }
  return insert
}

/** The records as the table's schema gives them. */
export async function fitting(
  schemas: TableSchemas,
  table: string,
  records: readonly unknown[],
): Promise<readonly unknown[]> {
  const schema = Object.hasOwn(schemas, table) ? schemas[table] : undefined
  if (!schema) return records
  const { values, misfits } = await checked(schema, records)
  if (misfits.length === 0) return values
  throw new SkyflowError(
    'invalid_argument',
    `Records for ${table} do not fit their schema (${misfits.join(', ')})`,
  )
}

function draftsOf(records: readonly unknown[], { ownTokens }: Options): readonly Draft[] {
  if (ownTokens === undefined) return records.map((fields) => ({ fields }))
  const tokens = [ownTokens].flat()
  if (tokens.length !== records.length)
    throw new SkyflowError('invalid_argument', 'ownTokens must be as many as the records')
  return records.map((fields, i) => ({ fields, ...(tokens[i] && { tokens: tokens[i] }) }))
}

/** What is said once for a whole request. */
export function byotOf({ byot, ownTokens }: InsertOptions): { byot?: string } {
  const said = byot ?? (ownTokens === undefined ? undefined : 'ENABLE')
  return said === undefined ? {} : { byot: said }
}

function insertAll(run: Run, { table, drafts, options }: Order): Promise<readonly WrittenRecord[]> {
  const { tokens = true, upsert } = options
  checkCount(drafts, 'records can be stored all or none')
  return run(
    {
      method: 'POST',
      path: pathPart(table, 'The table'),
      body: {
        records: drafts,
        tokenization: tokens,
        ...byotOf(options),
        ...(upsert !== undefined && { upsert }),
      },
      isWrite: true,
      sent: contentsOf(drafts),
      parse: (content) => ofLength(drafts.length, listOf(content, 'records', readWritten)),
    },
    options,
  )
}

/** One request after the other, so that records are stored in their order. */
async function insertParts(run: Run, order: Order): Promise<readonly Outcome<WrittenRecord>[]> {
  const parts = inParts(order.drafts)
  const settled: PromiseSettledResult<readonly Outcome<WrittenRecord>[]>[] = []
  for (const drafts of parts)
    settled.push(...(await Promise.allSettled([insertEach(run, { ...order, drafts })])))
  return outcomesOf(
    settled,
    parts.map(({ length }) => length),
  )
}

async function insertEach(
  run: Run,
  { table, drafts, options }: Order,
): Promise<readonly Outcome<WrittenRecord>[]> {
  const { tokens = true, upsert } = options
  pathPart(table, 'The table')
  const batch = drafts.map((draft) => ({
    method: 'POST',
    tableName: table,
    ...draft,
    tokenization: tokens,
    ...(upsert !== undefined && { upsert }),
  }))
  return run(
    {
      method: 'POST',
      path: '',
      body: { records: batch, continueOnError: true, ...byotOf(options) },
      isWrite: true,
      sent: contentsOf(drafts),
      parse: (content, facts) =>
        ofLength(
          drafts.length,
          listOf(content, 'responses', (entry) => readOutcome(entry, facts)),
        ),
    },
    options,
  )
}

function ofLength<T>(length: number, list: readonly T[] | undefined): readonly T[] | undefined {
  return list?.length === length ? list : undefined
}

function readOutcome(entry: unknown, facts: AnswerFacts): Outcome<WrittenRecord> | undefined {
  return outcomeIn(entry, facts, (body) => listOf(body, 'records', readWritten)?.[0])
}
