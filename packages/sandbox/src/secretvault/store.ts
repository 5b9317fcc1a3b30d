/** What one node remembers. */
import { type Accounts, createAccounts } from './accounts.ts'
import { createQueries, type Queries } from './queries.ts'
import { createSchemas, type Schemas } from './schemas.ts'

export interface Store {
  accounts: Accounts
  schemas: Schemas
  queries: Queries
}

export function createStore(): Store {
  return { accounts: createAccounts(), schemas: createSchemas(), queries: createQueries() }
}
