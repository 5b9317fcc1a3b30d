/** Keeps buckets with their keys, and who may do what in them. */
import { badRequest, notFound } from './answers.ts'
import type { Permission } from './permissions.ts'

/** A value as it was written. */
export interface StoredValue {
  readonly content: Uint8Array<ArrayBuffer>
  readonly contentType: string
}

export interface Bucket {
  readonly values: Map<string, StoredValue>
  /** By access key. */
  readonly grants: Map<string, Set<Permission>>
}

export interface BucketStore {
  find(id: string): Bucket | undefined
  /** @throws {NexusRunDbError} 404 */
  get(id: string): Bucket
  create(id: string, grants: Readonly<Record<string, readonly Permission[]>>): Bucket
  /** @throws {NexusRunDbError} 400 if the new id is taken, 404 */
  rename(id: string, newId: string): void
  ids(): readonly string[]
}

export function createBucketStore(): BucketStore {
  const buckets = new Map<string, Bucket>()

  function get(id: string): Bucket {
    const bucket = buckets.get(id)
    if (!bucket) throw notFound('The bucket')
    return bucket
  }

  return {
    get,
    find: (id) => buckets.get(id),
    create(id, grants) {
      const entries = Object.entries(grants).map(([key, rights]) => [key, new Set(rights)] as const)
      const bucket: Bucket = { values: new Map(), grants: new Map(entries) }
      buckets.set(id, bucket)
      return bucket
    },
    rename(id, newId) {
      const bucket = get(id)
      if (buckets.has(newId)) throw badRequest('A bucket with the new id is there already')
      buckets.delete(id)
      buckets.set(newId, bucket)
    },
    ids: () => [...buckets.keys()].toSorted(),
  }
}

/** @throws {NexusRunDbError} 400 if the new id is taken, 404 */
export function renameKey({ values }: Bucket, id: string, newId: string): void {
  const value = values.get(id)
  if (!value) throw notFound('The key')
  if (values.has(newId)) throw badRequest('A key with the new id is there already')
  values.delete(id)
  values.set(newId, value)
}
