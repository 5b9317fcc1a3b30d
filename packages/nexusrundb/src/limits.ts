/** The limits of the database, checked before anything is sent. */
import { NexusRunDbError } from './nexusrundb-error.ts'
import type { KeyFilter, NexusRunDbPermission } from './types.ts'

const MAX_KEY_BYTES = 250
const MAX_BUCKET_BYTES = 128
const MAX_ACCESS_KEY_BYTES = 256
const MAX_PAGE_SIZE = 1000
const PERMISSIONS: readonly string[] = [
  'read_key',
  'read_write_key',
  'list_all_keys',
  'delete_key',
  'bucket_info',
] satisfies NexusRunDbPermission[]

/** Ids that fill a place in a path. @throws {NexusRunDbError} `invalid_argument` */
export interface Places {
  bucket?: string
  key?: string
  accessKey?: string
  permission?: string
}

/** The same places, all of them as they may be. @throws {NexusRunDbError} `invalid_argument` */
export function checkedPlaces(places: Places): Readonly<Record<string, string>> {
  const { bucket, key, accessKey, permission } = places
  if (bucket !== undefined || 'bucket' in places) checkBucketId(bucket)
  if ('key' in places) checkKeyId(key)
  if ('accessKey' in places) checkId(accessKey, 'The access key', MAX_ACCESS_KEY_BYTES)
  if ('permission' in places && !PERMISSIONS.includes(permission ?? ''))
    throw invalid(`The permission must be one of ${PERMISSIONS.join(', ')}`)
  return { ...places }
}

export function checkKeyId(id: unknown): void {
  checkId(id, 'The id of a key', MAX_KEY_BYTES)
}

export function checkBucketId(id: unknown): void {
  checkId(id, 'The id of a bucket', MAX_BUCKET_BYTES)
}

/** Bytes count, not characters. A dot or two would be read as a path. */
function checkId(id: unknown, what: string, maxBytes: number): void {
  if (typeof id !== 'string' || id === '') throw invalid(`${what} must be a text that is not empty`)
  if (id.includes('/')) throw invalid(`${what} must not hold a slash`)
  if (id === '.' || id === '..') throw invalid(`${what} must not be a dot or two`)
  // An unpaired surrogate is no character, and has no encoding.
  if (/\p{Surrogate}/u.test(id)) throw invalid(`${what} must be well-formed Unicode`)
  const { length } = new TextEncoder().encode(id)
  if (length > maxBytes)
    throw invalid(`${what} must have at most ${maxBytes} bytes in UTF-8; it has ${length}`)
}

/** @throws {NexusRunDbError} `invalid_argument` */
export function checkPaging({
  page = 1,
  pageSize = 1,
}: {
  page?: number
  pageSize?: number
}): void {
  if (!(Number.isSafeInteger(page) && page >= 1))
    throw invalid('page must be a whole number from 1')
  if (!(Number.isInteger(pageSize) && pageSize >= 1 && pageSize <= MAX_PAGE_SIZE))
    throw invalid(`pageSize must be a whole number from 1 to ${MAX_PAGE_SIZE}`)
}

/** The two parameters, which need each other. @throws {NexusRunDbError} `invalid_argument` */
export function filterQuery(filter: KeyFilter | undefined): Readonly<Record<string, string>> {
  if (filter === undefined) return {}
  const [entry, second] = Object.entries(filter).filter(([, part]) => part !== undefined)
  const [filtertype = '', filtertext = ''] = entry ?? []
  const isKnown = ['prefix', 'suffix', 'contains'].includes(filtertype)
  if (!isKnown || second !== undefined || typeof filtertext !== 'string' || filtertext === '')
    throw invalid('filter must have one of prefix, suffix, contains, with a text that is not empty')
  return { filtertype, filtertext }
}

/** JSON of a value. @throws {NexusRunDbError} `invalid_argument` for what JSON cannot hold. */
export function bodyOf(value: unknown): string {
  const body = jsonOf(value)
  if (typeof body === 'string') return body
  throw invalid('The value cannot be written as JSON')
}

function jsonOf(value: unknown): unknown {
  try {
    return JSON.stringify(value)
  } catch {
    // A circle or a bigint; the platform's words may name a member of the value.
    return undefined
  }
}

function invalid(what: string): NexusRunDbError {
  return new NexusRunDbError('invalid_argument', what)
}
