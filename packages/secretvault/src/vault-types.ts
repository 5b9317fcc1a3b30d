/** The public face of the vault client: its operations, bound to all nodes or to one schema's records. */
import type {
  DefinitionResult,
  ListResult,
  NewQuery,
  NewSchema,
  QueryInfo,
  SchemaInfo,
} from './definition-types.ts'
import type { Acl, DocumentName, OwnedList } from './owned-types.ts'
import type { QueryResult, QueryStep, RunOptions } from './query-types.ts'
import type { InputOf, OutputOf, StandardSchema } from './standard-schema.ts'
import type {
  AnyRecord,
  CallOptions,
  CreateResult,
  DeleteResult,
  Filter,
  FindOptions,
  FindResult,
  FlushResult,
  Identified,
  Kept,
  Markable,
  SecretModes,
  Stored,
  Update,
  UpdateResult,
} from './types.ts'

/** Operations on records. */
export interface RecordOperations {
  /**
   * Stores records on all nodes: of each secret another share on each. All of them, or none.
   *
   * @throws {VaultError} `write_failed`: no node keeps anything; `write_incomplete`: `residue` and
   * `uncertain` name the nodes that do, or may, and `repair()` brings them in line.
   * @throws {TokenError} if not every node has a token that lives long enough; nothing was written.
   */
  create<T extends object = AnyRecord>(
    schema: string,
    records: readonly T[],
    options?: CallOptions,
  ): Promise<CreateResult>
  /**
   * Reads what fits the filter (all, without one) and joins it, newest first. With a node missing, records
   * that need its shares are in `incomplete`, and the node in `missing`; it throws only if no node answers.
   * With `limit` a page of them, and how many there are as `total`.
   */
  find<T extends object = AnyRecord>(
    schema: string,
    filter?: Filter,
    options?: FindOptions,
  ): Promise<FindResult<T>>
  /** The newest 25 records, joined as in `find`. */
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
   * @throws {VaultError} `write_incomplete` names the nodes that still hold it, or may. Delete again, or
   * `repair()`.
   */
  delete(schema: string, filter: Filter, options?: CallOptions): Promise<DeleteResult>
  /** Deletes every record of a schema. Throws as `delete`. */
  flush(schema: string, options?: CallOptions): Promise<FlushResult>
}

/** All operations; each addresses every node. */
export interface SecretVault extends RecordOperations {
  /** The operations on one schema's records, of the types of an app's own schema, and checked by it. */
  collection<S extends StandardSchema>(
    schema: string,
    options: CheckedCollectionOptions<S>,
  ): Collection<
    Extract<OutputOf<S>, object>,
    Identified<Extract<Markable<InputOf<S>>, object>>,
    Kept<Extract<OutputOf<S>, object>>
  >
  /** The operations on one schema's records, bound to their type. */
  collection<T extends object = AnyRecord>(
    schema: string,
    options?: CollectionOptions,
  ): Collection<T>

  createSchema(schema: NewSchema, options?: CallOptions): Promise<DefinitionResult>
  listSchemas(options?: CallOptions): Promise<ListResult<SchemaInfo>>
  /** Deletes a schema with all its records. */
  deleteSchema(id: string, options?: CallOptions): Promise<{ nodes: DefinitionResult['nodes'] }>

  createQuery(query: NewQuery, options?: CallOptions): Promise<DefinitionResult>
  listQueries(options?: CallOptions): Promise<ListResult<QueryInfo>>
  /**
   * Runs a query on each node, waits for all, joins the rows: by their `_id` where each has one of its own,
   * else by their place; let the pipeline sort then.
   *
   * @throws {VaultError} `disagreement`: nodes differ in a field that is no share; `query_failed`,
   * `query_timeout` if no node came to an end.
   */
  runQuery<T = unknown>(
    id: string,
    variables?: Readonly<Record<string, unknown>>,
    options?: RunOptions,
  ): Promise<QueryResult<T>>
  /** As `runQuery`, step by step: how far each node is, at last the result. Leaving the loop gives the run up. */
  watchQuery<T = unknown>(
    id: string,
    variables?: Readonly<Record<string, unknown>>,
    options?: RunOptions,
  ): AsyncGenerator<QueryStep<T>, void, undefined>
  deleteQuery(id: string, options?: CallOptions): Promise<{ nodes: DefinitionResult['nodes'] }>

  /** Records that users own. Today's nodes only. */
  readonly owned: OwnedOperations
}

/**
 * Records that belong to users. `create` needs tokens of the collection's builder, all else tokens of the
 * user; so an app has two vault clients, each with an audience of its own.
 */
export interface OwnedOperations {
  /**
   * As `create`, with `secrets` as in `collection`. To take back what did not reach all nodes, the builder needs
   * `write` in the `acl`.
   */
  create<T extends object = AnyRecord>(
    collection: string,
    creation: { records: readonly T[]; owner: string; acl: Acl; secrets?: SecretModes },
    options?: CallOptions,
  ): Promise<CreateResult>
  list(options?: CallOptions): Promise<OwnedList>
  /** One record, with `_owner` and `_acl`, joined as in `find`. */
  read<T extends object = AnyRecord>(
    name: DocumentName,
    options?: CallOptions,
  ): Promise<FindResult<T>>
  update(
    change: DocumentName & { update: Update; secrets?: SecretModes },
    options?: CallOptions,
  ): Promise<UpdateResult>
  delete(name: DocumentName, options?: CallOptions): Promise<{ nodes: CreateResult['nodes'] }>
  /** Lets a builder at the record, on all nodes or none. */
  grant(
    grant: DocumentName & { acl: Acl },
    options?: CallOptions,
  ): Promise<{ nodes: CreateResult['nodes'] }>
  revoke(
    grant: DocumentName & { grantee: string },
    options?: CallOptions,
  ): Promise<{ nodes: CreateResult['nodes'] }>
}

export interface CollectionOptions {
  /** Fields that are secrets without a mark, and how they are shared. */
  secrets?: SecretModes
}

export interface CheckedCollectionOptions<S extends StandardSchema> extends CollectionOptions {
  /**
   * A Standard Schema (zod, valibot, arktype …) of a record as it is read, secrets in the clear. Records are
   * checked on their way in, and on their way out. A field shared as `match` is never read: let it be
   * optional.
   */
  schema: S
}

/**
 * A vault's operations on the records of one schema: `T` are the records, `I` what they are written as, `R`
 * what they are read as.
 */
export interface Collection<T extends object, I extends object = T, R = Stored<T>> {
  /** @throws {VaultError} `invalid_record` before any node hears of it; else as `SecretVault.create`. */
  create(records: readonly I[], options?: CallOptions): Promise<CreateResult>
  /** Records that do not fit the schema are in `incomplete`, for the reason `invalid`. */
  find(filter?: Filter, options?: FindOptions): Promise<FindResult<T, R>>
  tail(options?: CallOptions): Promise<FindResult<T, R>>
  update(change: { filter: Filter; update: Update }, options?: CallOptions): Promise<UpdateResult>
  delete(filter: Filter, options?: CallOptions): Promise<DeleteResult>
  flush(options?: CallOptions): Promise<FlushResult>
}
