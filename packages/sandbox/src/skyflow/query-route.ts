/** Runs a SELECT over the records of the vault, each value as the caller may see it. */
import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import type { Context, Hono } from 'hono'
import { z } from 'zod'
import { columnOf } from './columns.ts'
import type { SkyflowEnvironment, SkyflowState } from './environment.ts'
import { invalidRequest } from './errors.ts'
import { MAX_ROWS } from './limits.ts'
import { REDACTED_TEXT } from './masks.ts'
import type { Access } from './policy.ts'
import { readJson } from './request-body.ts'
import { read, redactionOf } from './request-shapes.ts'
import type { Columns } from './schema.ts'

const shape = z.object({ query: z.string().min(1) })
/** `REDACTION(ssn, 'MASKED')`: the function below is told the name of the column too. */
const REDACTION = /\bREDACTION\s*\(\s*(?:\w+\.)?(\w+)\s*,\s*['"]?(\w+)['"]?\s*\)(\s+AS\s)?/gi

export function addQueryRoute(app: Hono<SkyflowEnvironment>, state: SkyflowState): void {
  app.post('/v1/vaults/:vaultId/query', async (context) => {
    const { query } = read(await readJson(context.req), shape)
    context.get('access').require('read')
    if (!/^\s*select\b/i.test(query) || /;\s*\S/.test(query))
      throw invalidRequest('query: a single SELECT is all that is run.')
    const records = rowsOf(state, context, query).slice(0, MAX_ROWS)
    return context.json({ records: records.map((fields) => ({ fields, tokens: null })) })
  })
}

type Shown = Record<string, unknown>

function rowsOf(
  state: SkyflowState,
  context: Context<SkyflowEnvironment>,
  query: string,
): readonly Shown[] {
  const access = context.get('access')
  const database = databaseOf(state, access)
  try {
    const statement = database.prepare(query.replaceAll(REDACTION, redactionCall))
    const origins = statement.columns()
    return statement.all().map((row) =>
      Object.fromEntries(
        origins.map(({ name, column, table }) => {
          const of = column && table ? state.schema.get(table)?.get(column) : undefined
          const value = row[name] ?? null
          if (column === 'skyflow_id') return [name, value]
          return [name, of ? access.show(value, of, 'DEFAULT') : computed(access, value)]
        }),
      ),
    )
  } catch (error) {
    // The engine's words name what it did not understand of the query.
    throw invalidRequest(`query: ${error instanceof Error ? error.message : 'cannot be run'}.`)
  } finally {
    database.close()
  }
}

function redactionCall(...[, column, level, alias = '']: string[]): string {
  const call = `redacted('${column}', ${column}, '${level}')`
  return alias ? call + alias : `${call} AS ${column}`
}

/** What is computed of hidden values hides them too, unless it is a number or was redacted in the query. */
function computed(access: Access, value: unknown): unknown {
  const isText = typeof value === 'string' && !value.startsWith(SHOWN)
  if (typeof value === 'string' && !isText) return value.slice(SHOWN.length)
  return isText && !access.seesPlainText ? REDACTED_TEXT : value
}

/** Marks what has passed `REDACTION` already. No value begins so. */
const SHOWN = '\u0000'

/** Filled anew for each query: the tables of a sandbox are small. */
function databaseOf(state: SkyflowState, access: Access): DatabaseSync {
  // Looked up when the first query comes, so that nothing else depends on it.
  const { DatabaseSync: Database } = process.getBuiltinModule('node:sqlite')
  const database = new Database(':memory:')
  const { schema } = state
  const store = state.store()
  for (const [table, columns] of schema) {
    const names = [...columns].filter(([, { type }]) => type !== 'FILE').map(([name]) => name)
    database.exec(`CREATE TABLE ${table} (skyflow_id TEXT, ${names.join(', ')})`)
    const marks = ['skyflow_id', ...names].map(() => '?').join(', ')
    const insert = database.prepare(`INSERT INTO ${table} VALUES (${marks})`)
    for (const { id, fields } of store.rowsOf(table))
      insert.run(id, ...names.map((name) => cellOf(fields[name])))
  }
  const everyColumn: Columns = new Map([...schema.values()].flatMap((columns) => [...columns]))
  database.function('redacted', (name, value, level) => {
    const shown = access.show(value, columnOf(everyColumn, String(name)), redactionOf(level))
    return typeof shown === 'string' ? SHOWN + shown : cellOf(shown)
  })
  return database
}

function cellOf(value: unknown): SQLInputValue {
  return typeof value === 'string' || typeof value === 'number' ? value : null
}
