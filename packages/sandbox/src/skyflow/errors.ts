/** The errors that Skyflow answers with its envelope. */

/** A refusal with its status and the message that goes out. */
export class SkyflowError extends Error {
  override readonly name = 'SkyflowError'
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

export function invalidRequest(detail: string): SkyflowError {
  return new SkyflowError(400, `Invalid request. ${detail}`)
}

export function unauthenticated(detail: string): SkyflowError {
  return new SkyflowError(401, `Authentication failed. ${detail}`)
}

export function unauthorized(detail: string): SkyflowError {
  return new SkyflowError(403, `Unauthorized. ${detail}`)
}

export function tableNotFound(table: string, vaultId: string): SkyflowError {
  return new SkyflowError(400, `Object Name ${table} was not found for Vault ${vaultId}`)
}

export function recordsNotFound(): SkyflowError {
  return new SkyflowError(404, 'No Records Found')
}

export function tokenNotFound(): SkyflowError {
  return new SkyflowError(404, 'Token Not Found')
}

export function duplicateValue(column: string): SkyflowError {
  return new SkyflowError(409, `Column ${column} is unique: a record with this value is there`)
}
