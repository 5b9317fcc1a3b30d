/** Runs operations of any kind in one request. */
import {
  type AnswerFacts,
  type Fields,
  isFields,
  listOf,
  outcomeIn,
  readWritten,
} from '../answer.ts'
import { contentsOf } from '../blank.ts'
import type { BatchOperation } from '../bulk-types.ts'
import { SkyflowError } from '../skyflow-error.ts'
import type { TableSchemas } from '../standard-schema.ts'
import type { AnyTables, CallOptions, ContinueOnError, Outcome } from '../types.ts'
import { pathPart, type Run } from '../vault-context.ts'
import { fitting } from './insertion.ts'
import { readRecord } from './retrieval.ts'

type Operation = BatchOperation<AnyTables>
type Options = CallOptions & Partial<ContinueOnError>

const REFERENCE = /^\$responses\.\d+\.records\.0\.skyflow_id$/

/** For the `id` of an operation: that of the record which the insert at `index` of the same batch stored. */
export function insertedId(index: number): string {
  return `$responses.${index}.records.0.skyflow_id`
}

export async function runBatch(
  run: Run,
  { operations, schemas }: { operations: readonly Operation[]; schemas: TableSchemas },
  options: Options = {},
): Promise<unknown> {
  if (operations.length === 0) return []
  const records = await Promise.all(operations.map((one) => requestOf(one, schemas)))
  const { continueOnError = false } = options
  const outcomes = await run(
    {
      method: 'POST',
      path: '',
      body: { records, continueOnError },
      isWrite: operations.some((operation) => !('get' in operation)),
      sent: records.flatMap(({ fields }) => contentsOf(fields)),
      parse: (content, facts) => readOutcomes(content, { facts, operations }),
    },
    options,
  )
  if (continueOnError) return outcomes
  return outcomes.map((outcome) => {
    if (outcome.ok) return outcome.value
    throw outcome.error
  })
}

interface BatchRequest {
  method: 'POST' | 'PUT' | 'GET' | 'DELETE'
  tableName: string
  fields?: unknown
  [member: string]: unknown
}

async function requestOf(operation: Operation, schemas: TableSchemas): Promise<BatchRequest> {
  if ('insert' in operation) {
    const { insert: tableName, fields, tokens: tokenization = true, upsert } = operation
    checkTable(tableName)
    const [record] = await fitting(schemas, tableName, [fieldsIn(fields)])
    return { method: 'POST', tableName, fields: record, tokenization, upsert }
  }
  if ('update' in operation) {
    const { update: tableName, id, fields, tokens: tokenization = true } = operation
    checkTable(tableName)
    return { method: 'PUT', tableName, ID: idIn(id), fields: fieldsIn(fields), tokenization }
  }
  if ('get' in operation) {
    const { get: tableName, id, redaction, tokens: tokenization } = operation
    checkTable(tableName)
    return { method: 'GET', tableName, ID: idIn(id), redaction, tokenization }
  }
  const { delete: tableName, id } = operation
  checkTable(tableName)
  return { method: 'DELETE', tableName, ID: idIn(id) }
}

function checkTable(table: string): void {
  pathPart(table, 'The table')
}

function idIn(id: string): string {
  if (!REFERENCE.test(id)) pathPart(id, 'Each id')
  return id
}

function fieldsIn(fields: unknown): Fields {
  if (isFields(fields)) return fields
  throw new SkyflowError('invalid_argument', 'The fields must be an object of columns')
}

function readOutcomes(
  content: unknown,
  { facts, operations }: { facts: AnswerFacts; operations: readonly Operation[] },
): readonly Outcome<unknown>[] | undefined {
  const entries = listOf(content, 'responses', (entry) => (isFields(entry) ? entry : undefined))
  if (entries?.length !== operations.length) return undefined
  const outcomes = entries.flatMap((entry, i) => {
    const outcome = outcomeIn(entry, facts, (body) => resultOf(operations[i], body))
    return outcome ? [outcome] : []
  })
  return outcomes.length === operations.length ? outcomes : undefined
}

function resultOf(operation: Operation | undefined, body: Fields): unknown {
  if (!operation) return undefined
  if ('insert' in operation) return listOf(body, 'records', readWritten)?.[0]
  if ('update' in operation) return readWritten(body)
  if ('get' in operation) return readRecord({ ...body, fields: namedFields(operation.id, body) })
  return typeof body.skyflow_id === 'string' && body.deleted !== false ? body.skyflow_id : undefined
}

/** In answers with tokens the id may stand under `*`, or not at all. */
function namedFields(id: string, { fields }: Fields): unknown {
  if (!isFields(fields)) return undefined
  const { '*': whole, ...others } = fields
  return { skyflow_id: whole ?? id, ...others }
}
