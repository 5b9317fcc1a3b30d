/** Runs a SELECT. */
import { isFields, listOf, readTokens } from '../answer.ts'
import type { QueriedRow, QueryOptions } from '../bulk-types.ts'
import { SkyflowError } from '../skyflow-error.ts'
import { checked } from '../standard-schema.ts'
import type { AnyFields } from '../types.ts'
import type { Run } from '../vault-context.ts'

export async function runQuery(
  run: Run,
  select: string,
  { schema, signal }: QueryOptions = {},
): Promise<readonly QueriedRow[]> {
  if (typeof select !== 'string' || select.trim() === '')
    throw new SkyflowError('invalid_argument', 'The query must be a SELECT')
  const rows = await run(
    {
      method: 'POST',
      path: '/query',
      body: { query: select },
      // A SELECT changes nothing.
      isWrite: false,
      sent: literalsOf(select),
      parse: (content) => listOf(content, 'records', readRow),
    },
    signal && { signal },
  )
  if (!schema) return rows
  const { values, misfits } = await checked(
    schema,
    rows.map(({ fields }) => fields),
  )
  if (misfits.length > 0) {
    const message = `Rows of the query do not fit the schema (${misfits.join(', ')})`
    throw new SkyflowError('malformed_answer', message, { status: 200 })
  }
  return rows.map((row, i) => ({ ...row, fields: values[i] as AnyFields }))
}

function readRow(entry: unknown): QueriedRow | undefined {
  if (!isFields(entry) || !isFields(entry.fields)) return undefined
  const tokens = readTokens(entry.tokens)
  return { fields: entry.fields, ...(tokens && { tokens }) }
}

/** What the query says of values: the vault's words may quote it. */
function literalsOf(select: string): readonly string[] {
  const texts = [...select.matchAll(/'((?:[^']|'')*)'|"([^"]*)"/g)]
  const numbers = select.match(/\d[\d.]{2,}/g) ?? []
  return [...texts.flatMap(([, one = '', other = '']) => [one, other]), ...numbers, select]
}
