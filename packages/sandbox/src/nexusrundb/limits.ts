/** What ids may be, as documented: at most so many bytes, no slash, any other character. */
import { badRequest } from './answers.ts'

const MAX_KEY_ID_BYTES = 250
const MAX_BUCKET_ID_BYTES = 128

/** @throws {NexusRunDbError} 400 */
export function checkKeyId(id: string): void {
  checkId(id, 'key id', MAX_KEY_ID_BYTES)
}

/** @throws {NexusRunDbError} 400 */
export function checkBucketId(id: string): void {
  checkId(id, 'bucket id', MAX_BUCKET_ID_BYTES)
}

function checkId(id: string, what: string, maxBytes: number): void {
  if (id === '') throw badRequest(`The ${what} is empty`)
  if (id.includes('/')) throw badRequest(`The ${what} holds a slash`)
  if (Buffer.byteLength(id) > maxBytes)
    throw badRequest(`The ${what} is longer than ${maxBytes} bytes`)
}
