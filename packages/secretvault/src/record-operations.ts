/** The operations on records, for any schema or for one. */
import { createRecords } from './operations/record-creation.ts'
import { findRecords, tailRecords } from './operations/record-reading.ts'
import { deleteRecords, flushRecords } from './operations/record-removal.ts'
import { updateRecords } from './operations/record-update.ts'
import { checkIn, checkOut } from './record-check.ts'
import type { StandardSchema } from './standard-schema.ts'
import type { CallOptions, Filter, FindOptions, FindResult } from './types.ts'
import type { VaultContext } from './vault-context.ts'
import type { Collection, CollectionOptions, RecordOperations } from './vault-types.ts'

export function recordOperations(context: VaultContext): RecordOperations {
  return {
    create: (schema, records, o) => createRecords(context, { schema, records }, o),
    find: <T>(schema: string, filter: Filter = {}, o?: FindOptions) =>
      findRecords<T>(context, { schema, filter }, o),
    tail: <T>(schema: string, o?: CallOptions) => tailRecords<T>(context, schema, o),
    update: (schema, change, o) => updateRecords(context, { schema, ...change }, o),
    delete: (schema, filter, o) => deleteRecords(context, { schema, filter }, o),
    flush: (schema, o) => flushRecords(context, schema, o),
  }
}

/** Binds the operations to one schema's records. */
export function bindCollection<T extends object>(
  context: VaultContext,
  id: string,
  { secrets = {}, schema }: CollectionOptions & { schema?: StandardSchema } = {},
): Collection<T> {
  const operations = recordOperations({ ...context, secrets })
  const checked = async (found: Promise<FindResult<T>>): Promise<FindResult<T>> =>
    schema ? checkOut<T>(schema, await found) : found
  return {
    create: async (records, o) =>
      operations.create(id, schema ? await checkIn(schema, records) : records, o),
    find: (filter, o) => checked(operations.find<T>(id, filter, o)),
    tail: (o) => checked(operations.tail<T>(id, o)),
    update: (change, o) => operations.update(id, change, o),
    delete: (filter, o) => operations.delete(id, filter, o),
    flush: (o) => operations.flush(id, o),
  }
}
