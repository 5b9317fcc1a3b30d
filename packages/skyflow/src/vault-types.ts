/** The public shape of the vault client: the operations of one vault. */
import type {
  BatchOperation,
  BatchResult,
  FilePlace,
  FileUpload,
  QueriedRow,
  QueryOptions,
  UploadedFile,
  UploadOptions,
} from './bulk-types.ts'
import type {
  AnyFields,
  AnyTables,
  CallOptions,
  ColumnSelection,
  ContinueOnError,
  DetokenizeOptions,
  GetOptions,
  InsertOptions,
  ListOptions,
  Outcome,
  PagingOptions,
  RecordChange,
  Redaction,
  RevealedValue,
  StoredRecord,
  TableName,
  TokenToReveal,
  UpdateOptions,
  ValueToTokenize,
  WrittenAs,
  WrittenRecord,
} from './types.ts'

/** The operations of one vault. `T` names its tables and their columns, `W` the same as they are written. */
export interface SkyflowVault<T extends object = AnyTables, W extends WrittenAs<T> = T> {
  /** Stores one record. */
  insert<K extends TableName<T>>(
    table: K,
    record: W[K] & AnyObject,
    options?: InsertOptions<T[K] & object>,
  ): Promise<WrittenRecord<T[K] & object>>
  /** Stores records, each for itself, however many; failures are outcomes. */
  insert<K extends TableName<T>>(
    table: K,
    records: readonly W[K][],
    options: InsertOptions<T[K] & object> & ContinueOnError,
  ): Promise<readonly Outcome<WrittenRecord<T[K] & object>>[]>
  /** Stores all records, 25 at most, or none. */
  insert<K extends TableName<T>>(
    table: K,
    records: readonly W[K][],
    options?: InsertOptions<T[K] & object>,
  ): Promise<readonly WrittenRecord<T[K] & object>[]>

  /** Reads one record by its `skyflow_id`. */
  get<K extends TableName<T>, R extends Redaction = 'DEFAULT'>(
    table: K,
    id: string,
    options?: GetOptions<R>,
  ): Promise<StoredRecord<T[K] & object, R>>
  /** Reads up to 25 records by their ids, or records by the values of a unique column. */
  get<K extends TableName<T>, R extends Redaction = 'DEFAULT'>(
    table: K,
    selection: readonly string[] | ColumnSelection<T[K] & object>,
    options?: ListOptions<R>,
  ): Promise<readonly StoredRecord<T[K] & object, R>[]>

  /**
   * Reads records page by page, as they are gone through: a whole table, or any number of ids or values.
   * Records that come or go meanwhile may shift the pages of a whole table.
   */
  records<K extends TableName<T>, R extends Redaction = 'DEFAULT'>(
    table: K,
    options?: PagingOptions<T[K] & object, R>,
  ): AsyncIterable<StoredRecord<T[K] & object, R>>

  /** Changes the columns given, keeps the others. */
  update<K extends TableName<T>>(
    table: K,
    change: RecordChange<T[K] & object>,
    options?: UpdateOptions<T[K] & object>,
  ): Promise<WrittenRecord<T[K] & object>>

  /** Deletes one record, or up to 25. Gives the ids of those deleted. */
  delete(
    table: TableName<T>,
    ids: string | readonly string[],
    options?: CallOptions,
  ): Promise<readonly string[]>

  /** Swaps one token for its value. All that is asked for in one tick goes out together, 25 to a request. */
  detokenize(token: TokenToReveal, options?: DetokenizeOptions): Promise<RevealedValue>
  /** Swaps tokens for values; an unknown one fails its own outcome only. */
  detokenize(
    tokens: readonly TokenToReveal[],
    options: DetokenizeOptions & ContinueOnError,
  ): Promise<readonly Outcome<RevealedValue>[]>
  /** Swaps tokens for values, in the same order; one unknown token fails them all. */
  detokenize(
    tokens: readonly TokenToReveal[],
    options?: DetokenizeOptions,
  ): Promise<readonly RevealedValue[]>

  /** The tokens of values that the vault holds already, in the same order. */
  tokenize(values: readonly ValueToTokenize[], options?: CallOptions): Promise<readonly string[]>

  /** Runs a SELECT; at most 25 rows come back. Build it from nothing that a user typed. */
  query<F extends object = AnyFields>(
    select: string,
    options?: QueryOptions<F>,
  ): Promise<readonly QueriedRow<F>[]>

  /**
   * Runs operations of any kind, each for itself, in one request; failures are outcomes. An operation may use
   * the id of a record that one before it stored: `insertedId`.
   */
  batch<const O extends readonly BatchOperation<T, W>[]>(
    operations: O,
    options: CallOptions & ContinueOnError,
  ): Promise<{ readonly [I in keyof O]: Outcome<BatchResult<T, O[I]>> }>
  /** Runs operations of any kind in one request. The first that fails fails them all. */
  batch<const O extends readonly BatchOperation<T, W>[]>(
    operations: O,
    options?: CallOptions,
  ): Promise<{ readonly [I in keyof O]: BatchResult<T, O[I]> }>

  /** Stores a file in a column, of a new record where no `id` is given. */
  upload(table: TableName<T>, upload: FileUpload, options?: UploadOptions): Promise<UploadedFile>
  /** Takes a file out of its record. */
  deleteFile(table: TableName<T>, place: FilePlace, options?: CallOptions): Promise<void>
  /** What Skyflow's scan for malware has found, as it says it, for example `SCAN_CLEAN`. */
  scanStatus(table: TableName<T>, place: FilePlace, options?: CallOptions): Promise<string>
}

/** Any object that is no list. */
type AnyObject = object & { readonly [Symbol.iterator]?: never }
