/** The collections of one node's database, by name. */
import { type Collection, createCollection, type DataTable } from './collection.ts'

/** A pipeline reaches all of them, whoever owns them: so on the real node. */
export interface Database {
  get(name: string): Collection | undefined
  /** The collection of that name, made if there is none. */
  ensure(name: string): Collection
  drop(name: string): void
}

export function createDatabase(tables: Map<string, DataTable>): Database {
  return {
    get(name) {
      const table = tables.get(name)
      return table && createCollection(name, table)
    },
    ensure(name) {
      const table = tables.get(name) ?? { records: new Map(), indexes: [] }
      tables.set(name, table)
      return createCollection(name, table)
    },
    drop(name) {
      tables.delete(name)
    },
  }
}
