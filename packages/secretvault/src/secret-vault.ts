/** The vault client: one object for all operations on the nodes of one vault. */
import type { BrokerShape, GroupName, AudienceName, TokenClient } from '@valetkey/client'
import { createDefinition, listDefinitions, removeDefinition } from './operations/definitions.ts'
import { createNodeSource } from './node-set.ts'
import { runQuery } from './operations/query-run.ts'
import { createRecords } from './operations/record-creation.ts'
import { findRecords, tailRecords } from './operations/record-reading.ts'
import { deleteRecords, flushRecords } from './operations/record-removal.ts'
import { updateRecords } from './operations/record-update.ts'
import { seedApi } from './seed-api.ts'
import { createSharing } from './sharing.ts'
import type {
  AnyRecord,
  CallOptions,
  CreateResult,
  DefinitionResult,
  DeleteResult,
  Filter,
  FindResult,
  ListResult,
  NewQuery,
  NewSchema,
  QueryInfo,
  QueryResult,
  SchemaInfo,
  Update,
  UpdateResult,
} from './types.ts'
import type { VaultContext } from './vault-context.ts'
import { VaultError } from './vault-error.ts'

export interface SecretVaultOptions<B extends BrokerShape = BrokerShape> {
  /** From `createTokenClient`. */
  client: TokenClient<B>
  /** The group whose members are the nodes, or one audience for each node. */
  audience: GroupName<B> | readonly AudienceName<B>[]
  /**
   * How long one node may take for a read, in milliseconds.
   *
   * @default 10000
   */
  deadlineMs?: number
  /**
   * How long one node may take for a write, in milliseconds. A write begins only when every node's token
   * lives at least so long; tokens must be minted for longer.
   *
   * @default 5000
   */
  writeDeadlineMs?: number
}

/** All operations; each addresses every node. */
export interface SecretVault {
  /**
   * Stores records on all nodes: of each secret another share on each. All of them, or none.
   *
   * @throws {VaultError} `write_failed`: no node keeps anything; `write_incomplete`: `residue` and
   * `uncertain` name the nodes that do, or may.
   * @throws {TokenError} if not every node has a token that lives long enough; nothing was written.
   */
  create<T extends object = AnyRecord>(
    schema: string,
    records: readonly T[],
    options?: CallOptions,
  ): Promise<CreateResult>
  /**
   * Reads what fits the filter (all, without one) and joins it. With a node missing, records that need its
   * shares are in `incomplete`, and the node in `missing`; it throws only if no node answers.
   */
  find<T extends object = AnyRecord>(
    schema: string,
    filter?: Filter,
    options?: CallOptions,
  ): Promise<FindResult<T>>
  /** The newest records (seed era: 25), joined as in `find`. */
  tail<T extends object = AnyRecord>(schema: string, options?: CallOptions): Promise<FindResult<T>>
  /** Changes what fits the filter, on all nodes or none. Secrets may stand in the update. Throws as `create`. */
  update(
    schema: string,
    change: { filter: Filter; update: Update },
    options?: CallOptions,
  ): Promise<UpdateResult>
  /**
   * Deletes what fits the filter. What is gone from some nodes is not brought back.
   *
   * @throws {VaultError} `write_incomplete` names the nodes that still hold it, or may. Delete again.
   */
  delete(schema: string, filter: Filter, options?: CallOptions): Promise<DeleteResult>
  /** Deletes every record of a schema. Throws as `delete`. */
  flush(schema: string, options?: CallOptions): Promise<DeleteResult>
  /** The operations on one schema's records, bound to their type. */
  collection<T extends object = AnyRecord>(schema: string): Collection<T>

  createSchema(schema: NewSchema, options?: CallOptions): Promise<DefinitionResult>
  listSchemas(options?: CallOptions): Promise<ListResult<SchemaInfo>>
  /** Deletes a schema with all its records. */
  deleteSchema(id: string, options?: CallOptions): Promise<{ nodes: DefinitionResult['nodes'] }>

  createQuery(query: NewQuery, options?: CallOptions): Promise<DefinitionResult>
  listQueries(options?: CallOptions): Promise<ListResult<QueryInfo>>
  /** Runs a query on each node and joins the rows by their place; let its pipeline sort. */
  runQuery<T = unknown>(
    id: string,
    variables?: Readonly<Record<string, unknown>>,
    options?: CallOptions,
  ): Promise<QueryResult<T>>
  deleteQuery(id: string, options?: CallOptions): Promise<{ nodes: DefinitionResult['nodes'] }>
}

/** A vault's operations on the records of one schema. */
export interface Collection<T extends object> {
  create(records: readonly T[], options?: CallOptions): Promise<CreateResult>
  find(filter?: Filter, options?: CallOptions): Promise<FindResult<T>>
  tail(options?: CallOptions): Promise<FindResult<T>>
  update(change: { filter: Filter; update: Update }, options?: CallOptions): Promise<UpdateResult>
  delete(filter: Filter, options?: CallOptions): Promise<DeleteResult>
  flush(options?: CallOptions): Promise<DeleteResult>
}

const DEADLINE_MS = 10_000
const WRITE_DEADLINE_MS = 5_000

/**
 * Creates the vault client. Tokens come and stay in `client`; this adds what only SecretVault needs.
 *
 * @example
 * ```ts
 * const vault = createSecretVault({ client: tokens, audience: 'records' })
 * await vault.create(schema, [{ service: 'mail', password: { '%allot': 'hunter2' } }])
 * const { records } = await vault.find(schema, { service: 'mail' })
 * ```
 */
export function createSecretVault<B extends BrokerShape = BrokerShape>(
  options: SecretVaultOptions<B>,
): SecretVault {
  const { deadlineMs = DEADLINE_MS, writeDeadlineMs = WRITE_DEADLINE_MS } = options
  for (const [name, value] of Object.entries({ deadlineMs, writeDeadlineMs }))
    if (!(value > 0 && value < 2 ** 31))
      throw new VaultError('config', `${name} must be a positive number of milliseconds`)
  const source = createNodeSource(options.client, options.audience)
  const context = { source, sharing: createSharing(), deadlineMs, writeDeadlineMs }
  return { ...recordOperations(context), ...schemaOperations(context), ...queryOperations(context) }
}

type Names = 'create' | 'find' | 'tail' | 'update' | 'delete' | 'flush' | 'collection'
type SchemaNames = 'createSchema' | 'listSchemas' | 'deleteSchema'

function recordOperations(context: VaultContext): Pick<SecretVault, Names> {
  const operations: Omit<Pick<SecretVault, Names>, 'collection'> = {
    create: (schema, records, o) => createRecords(context, { schema, records }, o),
    find: (schema, filter = {}, o) => findRecords(context, { schema, filter }, o),
    tail: (schema, o) => tailRecords(context, schema, o),
    update: (schema, change, o) => updateRecords(context, { schema, ...change }, o),
    delete: (schema, filter, o) => deleteRecords(context, { schema, filter }, o),
    flush: (schema, o) => flushRecords(context, schema, o),
  }
  const collection = <T extends object>(schema: string): Collection<T> => ({
    create: (records, o) => operations.create(schema, records, o),
    find: (filter, o) => operations.find<T>(schema, filter, o),
    tail: (o) => operations.tail<T>(schema, o),
    update: (change, o) => operations.update(schema, change, o),
    delete: (filter, o) => operations.delete(schema, filter, o),
    flush: (o) => operations.flush(schema, o),
  })
  return { ...operations, collection }
}

function schemaOperations(context: VaultContext): Pick<SecretVault, SchemaNames> {
  return {
    createSchema({ _id: given, ...schema }, options) {
      const create = (_id: string) => seedApi.createSchema({ ...schema, _id })
      const calls = { create, remove: seedApi.removeSchema }
      return createDefinition(context, { given, calls }, options)
    },
    listSchemas: (options) => listDefinitions(context, seedApi.listSchemas(), options),
    deleteSchema: (id, options) => removeDefinition(context, seedApi.removeSchema(id), options),
  }
}

function queryOperations(context: VaultContext): Omit<SecretVault, Names | SchemaNames> {
  return {
    createQuery({ _id: given, variables = {}, ...query }, options) {
      // Nodes insist on a description.
      const described = Object.entries(variables).map(([name, v]) => [
        name,
        { description: name, ...v },
      ])
      const all = { ...query, variables: Object.fromEntries(described) }
      const create = (_id: string) => seedApi.createQuery({ ...all, _id })
      const calls = { create, remove: seedApi.removeQuery }
      return createDefinition(context, { given, calls }, options)
    },
    listQueries: (options) => listDefinitions(context, seedApi.listQueries(), options),
    runQuery: (id, variables = {}, options) => runQuery(context, { id, variables }, options),
    deleteQuery: (id, options) => removeDefinition(context, seedApi.removeQuery(id), options),
  }
}
