/** Writes one row with the tokens of its values. */
import { checkFields, columnOf } from './columns.ts'
import { duplicateValue, invalidRequest } from './errors.ts'
import type { Byot } from './request-shapes.ts'
import type { Columns } from './schema.ts'
import type { Fields, Row, Tokens, VaultStore } from './store.ts'

export interface Writing {
  fields: Fields
  tokens?: Tokens | undefined
  byot?: Byot | undefined
}

export interface Place {
  table: string
  columns: Columns
  id: string
}

/** Sets these fields and leaves the others as they are. Nothing is written if it throws. */
export function writeRow(store: VaultStore, place: Place, writing: Writing): Row {
  const { table, columns, id } = place
  checkFields(columns, writing.fields)
  checkUnique(store, place, writing.fields)
  const known = store.find(table, id)
  const fields = { ...known?.fields, ...writing.fields }
  const tokens = { ...known?.tokens, ...tokensOf(store, columns, writing) }
  for (const [name, value] of Object.entries(fields)) if (value === null) delete tokens[name]
  const row = { id, fields, tokens }
  store.put(table, row)
  return row
}

export function findRow(
  store: VaultStore,
  table: string,
  [column, value]: [string, unknown],
): Row | undefined {
  return store.rowsOf(table).find(({ fields }) => fields[column] === value)
}

function checkUnique(store: VaultStore, { table, columns, id }: Place, fields: Fields): void {
  for (const [name, value] of Object.entries(fields)) {
    if (value === null || !columnOf(columns, name).isUnique) continue
    const holder = findRow(store, table, [name, value])
    if (holder && holder.id !== id) throw duplicateValue(name)
  }
}

function tokensOf(store: VaultStore, columns: Columns, writing: Writing): Tokens {
  const { fields, tokens = {}, byot = 'DISABLE' } = writing
  checkBrought(fields, tokens, byot)
  const entries = Object.entries(fields).map(([name, value]) => {
    const token = tokens[name] ?? store.tokenFor(columnOf(columns, name).columnGroup, value)
    const holder = store.valueOf(token)
    if (holder && holder.value !== value) throw invalidRequest(`Token of ${name} is in use.`)
    return [name, token]
  })
  return Object.fromEntries(entries)
}

function checkBrought(fields: Fields, tokens: Tokens, byot: Byot): void {
  const brought = Object.keys(tokens)
  if (byot === 'DISABLE' && brought.length > 0)
    throw invalidRequest('Tokens are given, but byot is DISABLE.')
  const stray = brought.find((name) => !Object.hasOwn(fields, name))
  if (stray) throw invalidRequest(`Token of ${stray} has no field.`)
  const missing = Object.keys(fields).find((name) => !Object.hasOwn(tokens, name))
  if (byot === 'ENABLE_STRICT' && missing) throw invalidRequest(`Field ${missing} has no token.`)
}
