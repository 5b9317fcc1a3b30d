/** Checks what callers name against the columns of a table. */
import { invalidRequest } from './errors.ts'
import type { Column, Columns } from './schema.ts'
import type { Fields } from './store.ts'

export function columnOf(columns: Columns, name: string): Column {
  const column = columns.get(name)
  if (!column) throw invalidRequest(`Column ${name} is not in the table.`)
  return column
}

export function uniqueColumn(columns: Columns, name: string): string {
  if (columnOf(columns, name).isUnique) return name
  throw invalidRequest(`Column ${name} is not unique.`)
}

export function checkFields(columns: Columns, fields: Fields): void {
  if (Object.keys(fields).length === 0) throw invalidRequest('Fields are empty.')
  for (const [name, value] of Object.entries(fields)) {
    const { type } = columnOf(columns, name)
    if (type === 'FILE') throw invalidRequest(`Column ${name} takes an uploaded file.`)
    const isFit = type === 'STRING' ? typeof value === 'string' : Number.isInteger(value)
    if (value !== null && !isFit) throw invalidRequest(`Column ${name} takes a ${type}.`)
  }
}
