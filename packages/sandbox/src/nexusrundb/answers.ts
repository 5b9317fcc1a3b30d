/** Answers of the emulated NexusRunDB, with a header for what of them is assumed. */
import { STATUS_CODES } from 'node:http'

/** Names what the documents leave open, separated by commas. */
export const ASSUMPTION_HEADER = 'x-emulator-assumption'

/** A refusal with its status and the words that go out. */
export class NexusRunDbError extends Error {
  override readonly name = 'NexusRunDbError'
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

export const badRequest = (detail: string): NexusRunDbError => new NexusRunDbError(400, detail)
export const unauthorized = (detail: string): NexusRunDbError => new NexusRunDbError(401, detail)
export const forbidden = (detail: string): NexusRunDbError => new NexusRunDbError(403, detail)
export const notFound = (what: string): NexusRunDbError =>
  new NexusRunDbError(404, `${what} was not found`)

/** Only the status 400 is documented; the shape of the body is not, nor any other status. */
export function errorAnswer(status: number, message: string): Response {
  const headers = { [ASSUMPTION_HEADER]: 'error-answer' }
  return Response.json({ message }, { status, headers })
}

/** The answer that a status has when a fault asks for it. */
export function faultAnswer(status: number): Response {
  return errorAnswer(status, STATUS_CODES[status] ?? 'Error')
}

/** An answer of which `assumption` is not documented. */
export function assumed(assumption: string, content: unknown): Response {
  return Response.json(content, { headers: { [ASSUMPTION_HEADER]: assumption } })
}
