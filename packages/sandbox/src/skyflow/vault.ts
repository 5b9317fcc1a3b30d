/** What one caller may do with the records of the vault. */
import { columnOf, uniqueColumn } from './columns.ts'
import { invalidRequest, recordsNotFound, tableNotFound } from './errors.ts'
import type { Access } from './policy.ts'
import { findRow, type Writing, writeRow } from './row-writing.ts'
import type { Columns, Redaction, Schema } from './schema.ts'
import type { Fields, Row, VaultStore } from './store.ts'

export interface Showing {
  redaction?: Redaction | undefined
  /** Shows tokens in place of the values. */
  tokenization?: boolean | undefined
  /** These columns alone. */
  fields?: readonly string[] | undefined
}

/** Every operation throws a `SkyflowError` where the caller's roles do not allow it, 403. */
export interface Vault {
  /** `upsert` names the unique column by which a record is found that is there already. */
  insert(table: string, writing: Writing & { upsert?: string | undefined }): Row
  update(table: string, id: string, writing: Writing): Row
  remove(table: string, id: string): void
  rows(table: string): readonly Row[]
  /** @throws {SkyflowError} 404 when there is none. */
  row(table: string, id: string): Row
  /** The records whose unique column has one of the values. */
  rowsWhere(table: string, column: string, values: readonly string[]): readonly Row[]
  show(table: string, row: Row, showing: Showing): Fields
}

export interface VaultParts {
  vaultId: string
  schema: Schema
  store: VaultStore
  access: Access
}

export function createVault({ vaultId, schema, store, access }: VaultParts): Vault {
  function columnsOf(table: string): Columns {
    const columns = schema.get(table)
    if (!columns) throw tableNotFound(table, vaultId)
    return columns
  }

  function rowOf(table: string, id: string): Row {
    columnsOf(table)
    const row = store.find(table, id)
    if (!row) throw recordsNotFound()
    return row
  }

  function knownRow(table: string, column: string, fields: Fields): Row | undefined {
    const value = fields[column] ?? null
    if (value === null)
      throw invalidRequest(`Column ${column} is to be upserted by, but has no value.`)
    return findRow(store, table, [column, value])
  }

  return {
    insert(table, { upsert, ...writing }) {
      access.require('insert')
      const columns = columnsOf(table)
      const known = upsert && knownRow(table, uniqueColumn(columns, upsert), writing.fields)
      const id = known ? known.id : crypto.randomUUID()
      return writeRow(store, { table, columns, id }, writing)
    },
    update(table, id, writing) {
      access.require('update')
      const row = rowOf(table, id)
      return writeRow(store, { table, columns: columnsOf(table), id: row.id }, writing)
    },
    remove(table, id) {
      access.require('delete')
      store.remove(table, rowOf(table, id).id)
    },
    rows(table) {
      access.require('read')
      columnsOf(table)
      return store.rowsOf(table)
    },
    row(table, id) {
      access.require('read')
      return rowOf(table, id)
    },
    rowsWhere(table, name, values) {
      access.require('read')
      const column = uniqueColumn(columnsOf(table), name)
      return store.rowsOf(table).filter(({ fields }) => values.includes(String(fields[column])))
    },
    show: (table, row, showing) => fieldsOf(access, columnsOf(table), { row, ...showing }),
  }
}

function fieldsOf(access: Access, columns: Columns, showing: Showing & { row: Row }): Fields {
  const { row, redaction = 'DEFAULT', tokenization, fields = [] } = showing
  const names = fields.length > 0 ? fields : Object.keys(row.fields)
  const shown = names.map((name) => {
    const value = access.show(row.fields[name] ?? null, columnOf(columns, name), redaction)
    return [name, tokenization ? (row.tokens[name] ?? null) : value]
  })
  return { ...Object.fromEntries(shown), skyflow_id: row.id }
}
