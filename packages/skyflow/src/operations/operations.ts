/** All operations on one vault, as one object. */
import type { BatchOperation, QueryOptions } from '../bulk-types.ts'
import type { TableSchemas } from '../standard-schema.ts'
import type { AnyTables, CallOptions, ContinueOnError } from '../types.ts'
import type { Run } from '../vault-context.ts'
import type { SkyflowVault } from '../vault-types.ts'
import { runBatch } from './batch.ts'
import { deleteRecords, updateRecord } from './change.ts'
import { createDetokenization } from './detokenization.ts'
import { deleteFile, scanStatus, uploadFile } from './files.ts'
import { createInsertion } from './insertion.ts'
import { runQuery } from './query.ts'
import { createRetrieval, readPages } from './retrieval.ts'
import { tokenize } from './tokenization.ts'

type Batch = readonly BatchOperation<AnyTables>[]

export function createOperations(run: Run, schemas: TableSchemas): SkyflowVault {
  const plain: Omit<SkyflowVault, 'batch' | 'query'> = {
    insert: createInsertion(run, schemas),
    get: createRetrieval(run),
    records: (table, options) => readPages(run, table, options),
    update: (table, change, o) => updateRecord(run, { table, ...change }, o),
    delete: (table, ids, o) => deleteRecords(run, { table, ids }, o),
    detokenize: createDetokenization(run),
    tokenize: (values, o) => tokenize(run, values, o),
    upload: (table, upload, o) => uploadFile(run, { table, ...upload }, o),
    deleteFile: (table, place, o) => deleteFile(run, { table, ...place }, o),
    scanStatus: (table, place, o) => scanStatus(run, { table, ...place }, o),
  }
  const vault: Record<keyof SkyflowVault, unknown> = {
    ...plain,
    query: (select: string, o?: QueryOptions) => runQuery(run, select, o),
    batch: (operations: Batch, o?: CallOptions & Partial<ContinueOnError>) =>
      runBatch(run, { operations, schemas }, o),
  }
  // The parse boundary: a table's columns, and a row's, are the vault's to vouch for.
  return vault as SkyflowVault
}
