/** What one caller may do with the records of the vault. */
import { columnOf, uniqueColumn } from './columns.ts'
import { invalidRequest, recordsNotFound, tableNotFound } from './errors.ts'
import type { Access } from './policy.ts'
import { findRow, type Writing, writeRow } from './row-writing.ts'
import type { Columns, Redaction, Schema } from './schema.ts'
import type { Fields, Row, StoredFile, VaultStore } from './store.ts'

export interface Showing {
  redaction?: Redaction | undefined
  /** Shows tokens in place of the values. */
  tokenization?: boolean | undefined
  /** Shows where a file can be had, not its name. */
  downloadURL?: boolean | undefined
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
  /** Puts a file into a column, or takes it away; without an id into a new record. */
  attach(
    table: string,
    place: { column: string; id: string | undefined; file: StoredFile | undefined },
  ): Row
}

export interface VaultParts {
  vaultId: string
  schema: Schema
  store: VaultStore
  access: Access
  /** Address under which uploaded files can be had. */
  filesUrl: string
}

export function createVault({ vaultId, schema, store, access, filesUrl }: VaultParts): Vault {
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

  return {
    insert(table, { upsert, ...writing }) {
      access.require('insert')
      const columns = columnsOf(table)
      const known =
        upsert && rowToUpsert(store, table, [uniqueColumn(columns, upsert), writing.fields])
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
    show: (table, row, showing) =>
      fieldsOf(access, columnsOf(table), { row, filesUrl, ...showing }),
    attach(table, { column, id, file }) {
      access.require(id === undefined ? 'insert' : 'update')
      const known = id === undefined ? emptyRow() : rowOf(table, id)
      return putFile(store, table, {
        ...known,
        fields: { ...known.fields, [column]: file ?? null },
      })
    },
  }
}

function rowToUpsert(
  store: VaultStore,
  table: string,
  [column, fields]: [string, Fields],
): Row | undefined {
  const value = fields[column] ?? null
  if (value === null)
    throw invalidRequest(`Column ${column} is to be upserted by, but has no value.`)
  return findRow(store, table, [column, value])
}

function emptyRow(): Row {
  return { id: crypto.randomUUID(), fields: {}, tokens: {} }
}

function putFile(store: VaultStore, table: string, row: Row): Row {
  store.put(table, row)
  for (const held of Object.values(row.fields)) if (isFile(held)) store.files.set(held.id, held)
  return row
}

function fieldsOf(
  access: Access,
  columns: Columns,
  showing: Showing & { row: Row; filesUrl: string },
): Fields {
  const { row, redaction = 'DEFAULT', tokenization, fields = [] } = showing
  const names = fields.length > 0 ? fields : Object.keys(row.fields)
  const shown = names.map((name) => {
    const column = columnOf(columns, name)
    const held = row.fields[name] ?? null
    if (column.type === 'FILE') return [name, fileShown(held, showing)]
    const value = access.show(held, column, redaction)
    return [name, tokenization ? (row.tokens[name] ?? null) : value]
  })
  return { ...Object.fromEntries(shown), skyflow_id: row.id }
}

function fileShown(
  held: unknown,
  { downloadURL, filesUrl }: Pick<Showing, 'downloadURL'> & { filesUrl: string },
): string | null {
  if (!isFile(held)) return null
  return downloadURL ? `${filesUrl}/${held.id}` : held.name
}

function isFile(held: unknown): held is StoredFile {
  return typeof held === 'object' && held !== null && 'bytes' in held
}
