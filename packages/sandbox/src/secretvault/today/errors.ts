/** The errors that today's API alone answers with `{ ts, errors }`. */
import { NodeError } from '../errors.ts'
import type { Acl } from './shapes.ts'

export function invalidData(issues: readonly string[]): NodeError {
  return new NodeError(400, ['DataValidationError', ...issues])
}

export function documentNotFound(collection: string, filter: object): NodeError {
  const details = [`collection: ${collection}`, `filter: ${JSON.stringify(filter)}`]
  return new NodeError(404, ['DocumentNotFoundError', ...details])
}

export function collectionNotFound(name: string): NodeError {
  return new NodeError(400, ['CollectionNotFoundError', `db: data, collection: ${name}`])
}

export function duplicateEntry(document: object): NodeError {
  return new NodeError(400, ['DuplicateEntryError', `document: ${JSON.stringify(document)}`])
}

export function invalidDid(): NodeError {
  return new NodeError(400, ['InvalidDidError', 'Registration requires did:ethr or did:key'])
}

export function indexNotFound(collection: string, index: string): NodeError {
  const details = [`collection: ${collection}`, `index: ${index}`]
  return new NodeError(404, ['IndexNotFoundError', ...details])
}

export function invalidIndexOptions(collection: string, message: string): NodeError {
  return new NodeError(400, ['InvalidIndexOptionsError', `collection: ${collection}`, message])
}

/** For a grant that permits nothing. */
export function grantAccessError(type: 'collection' | 'document', id: string, acl: Acl): NodeError {
  const { grantee, read, write, execute } = acl
  const rights = `acl: [r=${read}, w=${write}, x=${execute}]`
  const details = [`type: ${type}`, `object: ${id}`, `grantee: ${grantee}`, rights]
  return new NodeError(401, ['GrantAccessError', ...details])
}

export function paymentRefused(message: string): NodeError {
  return new NodeError(400, ['PaymentValidationError', message])
}
