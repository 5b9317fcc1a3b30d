/** What one node remembers for today's API, with the operations on it. */
import { createDatabase, type Database } from '../database.ts'
import type { Tables } from '../tables.ts'
import { type Builders, createBuilders } from './builders.ts'
import { type Collections, createCollections } from './collections.ts'
import { createStoredQueries, type StoredQueries } from './queries.ts'
import { createQueryRuns, type QueryRuns } from './query-runs.ts'
import { createRevocations, type Revocations } from './revocations.ts'
import { createUsers, type Users } from './users.ts'

export interface TodayStore {
  builders: Builders
  collections: Collections
  queries: StoredQueries
  runs: QueryRuns
  users: Users
  revocations: Revocations
  database: Database
}

export function createTodayStore(tables: Tables): TodayStore {
  const database = createDatabase(tables.data)
  const builders = createBuilders(tables.builders)
  return {
    builders,
    collections: createCollections({ documents: tables.collections, database, builders }),
    queries: createStoredQueries(tables.storedQueries, builders),
    runs: createQueryRuns(tables.queryRuns),
    users: createUsers(tables.users),
    revocations: createRevocations(tables.revocations),
    database,
  }
}
