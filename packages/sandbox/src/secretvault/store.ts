/** What one node remembers, with the operations on it. */
import { type Accounts, createAccounts } from './accounts.ts'
import { createDatabase } from './database.ts'
import { createQueries, type Queries } from './queries.ts'
import { createSchemas, type Schemas } from './schemas.ts'
import type { Tables } from './tables.ts'
import { createTodayStore, type TodayStore } from './today/today-store.ts'

export interface Store {
  accounts: Accounts
  schemas: Schemas
  queries: Queries
  /** What today's API works on. The two eras share nothing but the node. */
  today: TodayStore
}

export function createStore(tables: Tables): Store {
  return {
    accounts: createAccounts(tables.accounts),
    schemas: createSchemas(tables.schemas, createDatabase(tables.seedData)),
    queries: createQueries(tables.queries),
    today: createTodayStore(tables),
  }
}
