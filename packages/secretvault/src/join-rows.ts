/** Joins the rows that several nodes give for one query. */
import { isObject } from './answers.ts'
import { joinValues } from './join.ts'
import { SHARE } from './secret-paths.ts'
import type { Sharing } from './sharing.ts'
import type { Plain } from './types.ts'

export interface RowsContext {
  sharing: Sharing
  /** Whether a node gave none. */
  silent: boolean
  /** Fields that are sums of shares. */
  sums: readonly string[]
}

export interface JoinedRows<T> {
  /** `undefined` where a share is missing, or shares do not belong together. */
  rows: Plain<T>[] | undefined
  /** Paths of the plaintext that nodes differ in; `rows` if not as many or not the same. */
  differing: readonly string[]
}

type Row = Readonly<Record<string, unknown>>

/** One list of rows for each node. Times of storing differ by moments, so the first node's count. */
export async function joinRows<T>(
  lists: readonly (readonly unknown[])[],
  { sharing, silent, sums }: RowsContext,
): Promise<JoinedRows<T>> {
  const [first = []] = lists
  // Other rows on a node are a conflict at `rows`.
  const aligned = lists.map((rows) => align(rows, first))
  const bare = aligned.map((rows) => ({ rows: rows?.map((row) => prepared(row, sums)) }))
  const joined = await joinValues(bare, { sharing, absent: false, silent })
  if (joined.reason !== undefined) return { rows: undefined, differing: joined.differing }
  const { rows } = joined.value as { rows: unknown[] }
  const whole = rows.map((row, i) => (isObject(row) ? { ...row, ...timesOf(first[i]) } : row))
  // The parse boundary: the query's author vouches for the rows' type.
  return { rows: whole as Plain<T>[], differing: [] }
}

/** The rows in the order of `first`, if they are the same ones; without ids of their own, as they stand. */
function align(
  rows: readonly unknown[],
  first: readonly unknown[],
): readonly unknown[] | undefined {
  if (rows.length !== first.length) return undefined
  const [ids, firstIds] = [rows.map(idOf), first.map(idOf)]
  if (!areNames(ids) || !areNames(firstIds)) return rows
  const byId = new Map(rows.map((row, i) => [ids[i], row]))
  return firstIds.every((id) => byId.has(id)) ? firstIds.map((id) => byId.get(id)) : undefined
}

function areNames(ids: readonly (string | undefined)[]): boolean {
  return !ids.includes(undefined) && new Set(ids).size === ids.length
}

function idOf(row: unknown): string | undefined {
  return isObject(row) && '_id' in row ? JSON.stringify(row._id) : undefined
}

/** Without its times, and with its sums marked as the shares they are. */
function prepared(row: unknown, sums: readonly string[]): unknown {
  if (!isObject(row)) return row
  const { _created, _updated, ...fields } = row
  const marked = sums
    .filter((name) => typeof fields[name] === 'number')
    .map((name) => [name, { [SHARE]: fields[name] }])
  return { ...fields, ...Object.fromEntries(marked) }
}

function timesOf(row: unknown): Row {
  if (!isObject(row)) return {}
  return Object.fromEntries(
    ['_created', '_updated'].filter((k) => k in row).map((k) => [k, row[k]]),
  )
}
