/** Keeps the records of one vault with the tokens that stand for their values. */
import { createHmac, randomBytes } from 'node:crypto'

export type Fields = Readonly<Record<string, unknown>>
export type Tokens = Readonly<Record<string, string>>

export interface Row {
  readonly id: string
  readonly fields: Fields
  /** One per field that has a value. */
  readonly tokens: Tokens
}

/** The value that a token stands for, and where it stands. */
export interface HeldValue {
  readonly table: string
  readonly column: string
  readonly value: unknown
}

export interface StoredFile {
  readonly id: string
  readonly name: string
  readonly contentType: string
  readonly bytes: Uint8Array<ArrayBuffer>
}

export interface VaultStore {
  /** Uploaded files by id. A record holds the file itself. */
  readonly files: Map<string, StoredFile>
  /** In the order in which they came. */
  rowsOf(table: string): readonly Row[]
  find(table: string, id: string): Row | undefined
  /** Adds a row, or takes the place of the one with its id. */
  put(table: string, row: Row): void
  remove(table: string, id: string): void
  /** Undefined once no row holds the token any more. */
  valueOf(token: string): HeldValue | undefined
  /** Every token that a row holds. */
  heldTokens(): Iterable<readonly [token: string, held: HeldValue]>
  /** The token made for a value: the same one for the same value of a column group. */
  tokenFor(columnGroup: string, value: unknown): string
  /** Runs it; if it throws, nothing it has done remains. */
  atomically<Result>(run: () => Result): Result
}

type Held = HeldValue & { readonly holders: number }

export function createStore(): VaultStore {
  const secret = randomBytes(32)
  let tables = new Map<string, Map<string, Row>>()
  let held = new Map<string, Held>()

  function rowsById(table: string): Map<string, Row> {
    const known = tables.get(table)
    if (known) return known
    const rows = new Map<string, Row>()
    tables.set(table, rows)
    return rows
  }

  function hold(table: string, { fields, tokens }: Row): void {
    for (const [column, token] of Object.entries(tokens)) {
      const holders = (held.get(token)?.holders ?? 0) + 1
      held.set(token, { table, column, value: fields[column], holders })
    }
  }

  function release(row: Row | undefined): void {
    for (const token of Object.values(row?.tokens ?? {})) {
      const entry = held.get(token)
      if (entry && entry.holders > 1) held.set(token, { ...entry, holders: entry.holders - 1 })
      else held.delete(token)
    }
  }

  return {
    files: new Map(),
    rowsOf: (table) => [...rowsById(table).values()],
    find: (table, id) => rowsById(table).get(id),
    put(table, row) {
      release(rowsById(table).get(row.id))
      rowsById(table).set(row.id, row)
      hold(table, row)
    },
    remove(table, id) {
      release(rowsById(table).get(id))
      rowsById(table).delete(id)
    },
    valueOf: (token) => held.get(token),
    heldTokens: () => held,
    tokenFor(columnGroup, value) {
      const text = JSON.stringify([columnGroup, value])
      return uuidOf(createHmac('sha256', secret).update(text).digest('hex'))
    },
    atomically(run) {
      const tablesBefore = new Map([...tables].map(([name, rows]) => [name, new Map(rows)]))
      const heldBefore = new Map(held)
      try {
        return run()
      } catch (error) {
        tables = tablesBefore
        held = heldBefore
        throw error
      }
    },
  }
}

function uuidOf(hex: string): string {
  const groups = /^(.{8})(.{4}).(.{3}).(.{3})(.{12})/.exec(hex)?.slice(1) ?? []
  const [first, second, third, fourth, last] = groups
  return `${first}-${second}-4${third}-a${fourth}-${last}`
}
