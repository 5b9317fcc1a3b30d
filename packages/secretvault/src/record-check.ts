/** Checks records against a schema of the app's own, on their way in, on their way out. */
import { MARK } from './secret-paths.ts'
import {
  pathOf,
  type StandardIssue,
  type StandardResult,
  type StandardSchema,
} from './standard-schema.ts'
import type { FindResult, IncompleteRecord, Stored } from './types.ts'
import { VaultError } from './vault-error.ts'

/**
 * Records as the schema gives them, secrets marked where they were. The schema sees the values that secrets
 * mark, as it will when they are read.
 *
 * @throws {VaultError} `invalid_record`, naming the paths and no value.
 */
export function checkIn(schema: StandardSchema, records: readonly object[]): Promise<object[]> {
  return Promise.all(
    records.map(async (record, i) => {
      const marks: string[][] = []
      const plain = unmark(record, [], marks) as Record<string, unknown>
      const result = await validate(schema, plain)
      if (result.issues) throw invalid(`Record ${i} does not fit the schema`, result.issues)
      const value = isObject(result.value) ? result.value : {}
      // A schema that strips what it does not know must not strip the id.
      const whole = '_id' in record ? { _id: record._id, ...value } : value
      return marks.reduce<object>((marked, path) => remark(marked, path), whole)
    }),
  )
}

/** What was read, as the schema gives it. Records that do not fit are incomplete, for the reason `invalid`. */
export async function checkOut<T>(
  schema: StandardSchema,
  found: FindResult<T>,
): Promise<FindResult<T>> {
  const records: Stored<T>[] = []
  const misfits: IncompleteRecord<T>[] = []
  for (const record of found.records) {
    const { _id, _created, _updated, ...fields } = record
    const result = await validate(schema, { _id, ...fields })
    const times = { ...(_created && { _created }), ...(_updated && { _updated }) }
    // The parse boundary: the schema vouches for what it gives.
    if (!result.issues) records.push({ _id, ...(result.value as object), ...times } as Stored<T>)
    else misfits.push(misfit(found, record, result.issues))
  }
  return { ...found, records, incomplete: [...found.incomplete, ...misfits] }
}

/** A strict schema may not know of the id. */
async function validate(
  schema: StandardSchema,
  record: Record<string, unknown>,
): Promise<StandardResult<unknown>> {
  const result = await schema['~standard'].validate(record)
  if (!result.issues || !('_id' in record)) return result
  const { _id, ...fields } = record
  return schema['~standard'].validate(fields)
}

function misfit<T>(
  { nodes }: FindResult<T>,
  record: Stored<T>,
  issues: readonly StandardIssue[],
): IncompleteRecord<T> {
  const presentOn = nodes
    .filter(({ ok }) => ok)
    .map(({ audience, did }) => ({ audience, ...(did && { did }) }))
  const plaintext = { _id: record._id } as Partial<Stored<T>>
  const differing = issues.map(pathOf)
  return { _id: record._id, reason: 'invalid', presentOn, missingFrom: [], plaintext, differing }
}

function unmark(value: unknown, path: readonly string[], marks: string[][]): unknown {
  if (Array.isArray(value)) return value.map((item, i) => unmark(item, [...path, String(i)], marks))
  if (!isObject(value) || value instanceof Date) return value
  if (MARK in value) {
    marks.push([...path])
    return value[MARK]
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, unmark(item, [...path, key], marks)]),
  )
}

/** A copy with the mark put back, if there is still something at its place. */
function remark(value: object, [step = '', ...rest]: readonly string[]): object {
  const copy: Record<string, unknown> | unknown[] = Array.isArray(value) ? [...value] : { ...value }
  const fields = copy as Record<string, unknown>
  const item = fields[step]
  if (item === undefined || item === null) return copy
  fields[step] = rest.length === 0 || !isObject(item) ? { [MARK]: item } : remark(item, rest)
  return copy
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

/** The schema's own words may quote the value. */
function invalid(message: string, issues: readonly StandardIssue[]): VaultError {
  const reasons = issues.map((issue) => pathOf(issue) || 'the record')
  return new VaultError('invalid_record', `${message} (${reasons.join(', ')})`, { reasons })
}
