/** The errors that both eras answer with `{ ts, errors }`. */
import type { ContentfulStatusCode } from 'hono/utils/http-status'

/** A refusal with its status and the list that goes out as `errors`. */
export class NodeError extends Error {
  override readonly name = 'NodeError'
  readonly status: ContentfulStatusCode
  readonly errors: readonly string[]

  constructor(status: ContentfulStatusCode, errors: readonly string[]) {
    super(errors.join(' | '))
    this.status = status
    this.errors = errors
  }
}

export function dataValidationError(issues: readonly string[]): NodeError {
  return new NodeError(400, ['DataValidationError', issues.join(', ')])
}

/** `operation` is what the real node calls its database step; for some it is empty. */
export function databaseError(operation: string, cause: object = { errorLabelSet: {} }): NodeError {
  return new NodeError(500, ['DatabaseError', operation, `cause: ${JSON.stringify(cause)}`])
}

export function duplicateKeyError(operation: string): NodeError {
  return databaseError(operation, { errorLabelSet: {}, code: 11000 })
}

export function resourceAccessDenied(
  type: 'schema' | 'query' | 'collection',
  id: string,
  did: string,
): NodeError {
  const details = [`type: ${type}`, `object: ${id}`, `user: ${did}`]
  return new NodeError(404, ['ResourceAccessDeniedError', ...details])
}

export function dataCollectionNotFound(name: string): NodeError {
  return new NodeError(400, ['DataCollectionNotFoundError', `collection: ${name}`])
}

/** Runs a step of the database. What it cannot read it answers with 500, as the real one does. */
export function asDatabaseStep<Result>(operation: string, run: () => Result): Result {
  try {
    return run()
  } catch {
    throw databaseError(operation)
  }
}
