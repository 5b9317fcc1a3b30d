/** What a node can be asked for, whichever era its interface is of. */
import type { NodeCall } from './node-call.ts'
import type { Acl, DocumentName, OwnedReference } from './owned-types.ts'
import type { NewQuery, NewSchema, QueryInfo, SchemaInfo } from './definition-types.ts'
import type { Filter, Update } from './types.ts'

/** `seed`: nilDB up to 0.5, JWT, `/api/v1`. `today`: nilDB from 1.0 on, NUC, `/v1`. */
export type Era = 'seed' | 'today'

/** A record as one node holds it. */
export interface NodeDocument {
  readonly _id: string
  readonly [field: string]: unknown
}

export interface Creation {
  created: readonly string[]
  /** Ids that the node had already. */
  present: readonly string[]
  /** Ids that it did not take for any other reason. */
  refused: readonly string[]
}

/** A part of a list, newest first. */
export interface Window {
  offset: number
  limit: number
}

/** What stands in the window, and how many there are in all. */
export interface Cut {
  documents: readonly NodeDocument[]
  total: number
}

export interface UpdateCount {
  matched: number
  modified: number
}

/** How far one node is with the run of a query. */
export type RunState =
  | { status: 'complete'; rows: readonly unknown[] }
  /** `run` is the node's own id of it. */
  | { status: 'pending' | 'running'; run: string }
  | { status: 'error'; errors: readonly string[] }

/** A schema as nodes are given it. */
export type FullSchema = NewSchema & { _id: string }

/** A query as nodes are given it. */
export type FullQuery = NewQuery & { _id: string }

export interface NodeApi {
  readonly era: Era
  create(schema: string, data: readonly unknown[]): NodeCall<Creation>
  /** Of all that fit, in as many pages as it takes. */
  read(schema: string, filter: Filter): NodeCall<readonly NodeDocument[]>
  page(schema: string, filter: Filter, window: Window): NodeCall<Cut>
  tail(schema: string): NodeCall<readonly NodeDocument[]>
  update(schema: string, filter: Filter, update: Update): NodeCall<UpdateCount>
  remove(schema: string, filter: Filter): NodeCall<number>
  /** `null` where the node does not count. */
  flush(schema: string): NodeCall<number | null>

  createSchema(schema: FullSchema): NodeCall<true>
  listSchemas(): NodeCall<readonly SchemaInfo[]>
  removeSchema(id: string): NodeCall<true>

  createQuery(query: FullQuery): NodeCall<true>
  listQueries(): NodeCall<readonly QueryInfo[]>
  removeQuery(id: string): NodeCall<true>
  startRun(id: string, variables: Readonly<Record<string, unknown>>): NodeCall<RunState>

  /** What only today's nodes have. */
  readonly today?: TodayExtras
}

export interface OwnedCreation {
  owner: string
  acl: Acl
  data: readonly unknown[]
}

export interface TodayExtras {
  readRun(run: string): NodeCall<RunState>
  createOwned(collection: string, creation: OwnedCreation): NodeCall<Creation>
  listOwned(): NodeCall<readonly OwnedReference[]>
  readOwned(name: DocumentName): NodeCall<readonly NodeDocument[]>
  updateOwned(name: DocumentName, update: Update): NodeCall<UpdateCount>
  removeOwned(name: DocumentName): NodeCall<true>
  grant(name: DocumentName, acl: Acl): NodeCall<true>
  revoke(name: DocumentName, grantee: string): NodeCall<true>
}
