/** Updates and deletes records. */
import { isFields, listOf, readWritten } from '../answer.ts'
import { contentsOf } from '../blank.ts'
import { SkyflowError } from '../skyflow-error.ts'
import type { CallOptions, RecordChange, UpdateOptions, WrittenRecord } from '../types.ts'
import { checkCount, pathPart, type Run } from '../vault-context.ts'
import { byotOf } from './insertion.ts'

export async function updateRecord(
  run: Run,
  { table, id, fields }: RecordChange & { table: string },
  options: UpdateOptions = {},
): Promise<WrittenRecord> {
  const { tokens = true, ownTokens } = options
  if (!isFields(fields))
    throw new SkyflowError('invalid_argument', 'The fields must be an object of columns')
  return run(
    {
      method: 'PUT',
      path: pathPart(table, 'The table') + pathPart(id, 'The id'),
      body: {
        record: { fields, ...(ownTokens && { tokens: ownTokens }) },
        tokenization: tokens,
        ...byotOf(options),
      },
      isWrite: true,
      sent: contentsOf([fields, ownTokens]),
      parse: readWritten,
    },
    options,
  )
}

/** The ids of those deleted. */
export async function deleteRecords(
  run: Run,
  { table, ids }: { table: string; ids: string | readonly string[] },
  options?: CallOptions,
): Promise<readonly string[]> {
  const place = pathPart(table, 'The table')
  if (typeof ids === 'string') {
    const path = place + pathPart(ids, 'The id')
    return run({ method: 'DELETE', path, isWrite: true, parse: readDeletion }, options)
  }
  // `*` would delete the whole table, and is no id.
  for (const id of ids) pathPart(id, 'Each id')
  if (ids.length === 0) return []
  checkCount(ids, 'records can be deleted')
  const body = { skyflow_ids: ids }
  const parse = (content: unknown) => listOf(content, 'RecordIDResponse', readId)
  return run({ method: 'DELETE', path: place, body, isWrite: true, parse }, options)
}

function readDeletion(content: unknown): readonly string[] | undefined {
  if (!isFields(content) || typeof content.skyflow_id !== 'string') return undefined
  return content.deleted === false ? undefined : [content.skyflow_id]
}

function readId(entry: unknown): string | undefined {
  return typeof entry === 'string' ? entry : undefined
}
