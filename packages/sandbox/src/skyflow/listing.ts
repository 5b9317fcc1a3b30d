/** Finds the records that a query asks for. */
import { invalidRequest, recordsNotFound } from './errors.ts'
import { MAX_ROWS } from './limits.ts'
import type { Listing } from './request-shapes.ts'
import type { Row } from './store.ts'
import type { Vault } from './vault.ts'

/** At most 25, from `offset` on. */
export function listRows(vault: Vault, table: string, listing: Listing): readonly Row[] {
  return pageOf(rowsOf(vault, table, listing), listing)
}

/** By ids, or by the values of a unique column, or all; the ids that are there if some are not. */
function rowsOf(vault: Vault, table: string, listing: Listing): readonly Row[] {
  const { skyflow_ids: ids, column_name: column, column_values: values } = listing
  const isByColumn = column !== undefined || values.length > 0
  if (ids.length > 0 && isByColumn)
    throw invalidRequest('Give skyflow_ids, or column_name with column_values, not both.')
  if (ids.length > MAX_ROWS || values.length > MAX_ROWS)
    throw invalidRequest(`A request takes ${MAX_ROWS} records at most.`)
  const rows = vault.rows(table)
  if (!isByColumn && ids.length === 0) return rows
  const found = isByColumn
    ? vault.rowsWhere(table, columnOf(listing), values)
    : rows.filter(({ id }) => ids.includes(id))
  if (found.length === 0) throw recordsNotFound()
  return found
}

function columnOf({ column_name: name, column_values: values }: Listing): string {
  if (name !== undefined && values.length > 0) return name
  throw invalidRequest('column_name needs column_values beside it, and the reverse.')
}

function pageOf(rows: readonly Row[], listing: Listing): readonly Row[] {
  const { offset = 0, limit = MAX_ROWS, order_by: order = 'NONE' } = listing
  if (limit < 1 || limit > MAX_ROWS) throw invalidRequest(`limit: give 1 to ${MAX_ROWS}.`)
  const sign = order === 'DESCENDING' ? -1 : 1
  const sorted =
    order === 'NONE' ? rows : rows.toSorted((one, other) => (one.id < other.id ? -sign : sign))
  return sorted.slice(offset, offset + limit)
}
