/** All that one node remembers, in plain maps that can be written to a file. */
import type { Account } from './accounts.ts'
import type { DataTable } from './collection.ts'
import type { QueryDocument } from './queries.ts'
import type { SchemaDocument } from './schemas.ts'
import type { Builder } from './today/builders.ts'
import type { CollectionDocument } from './today/collections.ts'
import type { StoredQuery } from './today/queries.ts'
import type { QueryRun } from './today/query-runs.ts'
import type { User } from './today/users.ts'

export interface Tables {
  accounts: Map<string, Account>
  schemas: Map<string, SchemaDocument>
  queries: Map<string, QueryDocument>
  /** The records of the seed era, by the name of their schema. */
  seedData: Map<string, DataTable>
  builders: Map<string, Builder>
  collections: Map<string, CollectionDocument>
  storedQueries: Map<string, StoredQuery>
  queryRuns: Map<string, QueryRun>
  users: Map<string, User>
  /** When each revocation ends, by the hash of the token. */
  revocations: Map<string, Date>
  /** The records of today's API, by the name of their collection. */
  data: Map<string, DataTable>
}

export function createTables(): Tables {
  return {
    accounts: new Map(),
    schemas: new Map(),
    queries: new Map(),
    seedData: new Map(),
    builders: new Map(),
    collections: new Map(),
    storedQueries: new Map(),
    queryRuns: new Map(),
    users: new Map(),
    revocations: new Map(),
    data: new Map(),
  }
}
