/** Ids of records, schemas and queries: UUIDs, spelled as nodes spell them. */
import { VaultError } from './vault-error.ts'

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** The id in lower case, as nodes give it back. @throws {VaultError} `invalid_argument` if it is no UUID. */
export function checkId(value: unknown, what: string): string {
  const id = typeof value === 'string' ? value.toLowerCase() : ''
  if (UUID.test(id)) return id
  throw new VaultError('invalid_argument', `${what} must be a UUID`)
}
