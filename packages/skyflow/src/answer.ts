/** Reads the parts that Skyflow's answers are made of. */
import { blanked, blankedDeep } from './blank.ts'
import { SkyflowError, type SkyflowErrorCode, type SkyflowErrorFacts } from './skyflow-error.ts'
import type { Outcome, WrittenRecord } from './types.ts'

export type Fields = Readonly<Record<string, unknown>>

/** What is known of an answer besides its content. */
export interface AnswerFacts {
  status: number
  requestId?: string | undefined
  /** Texts that the call sent: they must not show in an error. */
  sent: readonly string[]
}

const BY_STATUS: Readonly<Record<number, SkyflowErrorCode>> = {
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  408: 'vault_timeout',
  409: 'conflict',
  429: 'rate_limited',
  502: 'vault_unavailable',
  503: 'vault_unavailable',
  504: 'vault_unavailable',
}
const OK = 200
const BAD_REQUEST = 400
const FIRST_SERVER_ERROR = 500

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The list under a name, if each entry can be read. */
export function listOf<T>(
  content: unknown,
  name: string,
  read: (entry: unknown) => T | undefined,
): readonly T[] | undefined {
  const list = isFields(content) ? content[name] : undefined
  if (!Array.isArray(list)) return undefined
  const entries = list.map((entry: unknown) => read(entry))
  const known = entries.filter((entry) => entry !== undefined)
  return known.length === entries.length ? known : undefined
}

/** `{ skyflow_id, tokens }`, as every write answers. */
export function readWritten(entry: unknown): WrittenRecord | undefined {
  if (!isFields(entry) || typeof entry.skyflow_id !== 'string') return undefined
  const tokens = readTokens(entry.tokens)
  return { id: entry.skyflow_id, ...(tokens && { tokens }) }
}

/** Tokens by column. A column without one is left out. */
export function readTokens(value: unknown): Readonly<Record<string, string>> | undefined {
  if (!isFields(value)) return undefined
  const tokens = Object.entries(value).flatMap(([column, token]) =>
    typeof token === 'string' ? [[column, token] as const] : [],
  )
  return Object.fromEntries(tokens)
}

/** One entry of a batch: `{ Body, Status }`; where all went well, some releases answer with the bare body. */
export function outcomeIn<T>(
  entry: unknown,
  facts: AnswerFacts,
  read: (body: Fields) => T | undefined,
): Outcome<T> | undefined {
  if (!isFields(entry)) return undefined
  const said = typeof entry.Status === 'number' ? entry.Status : OK
  const body: Fields = isFields(entry.Body) ? entry.Body : entry
  if (said !== OK || body.error !== undefined) {
    const status = said === OK ? BAD_REQUEST : said
    return { ok: false, error: refusalOf(body, { ...facts, status }) }
  }
  const value = read(body)
  return value === undefined ? undefined : { ok: true, value }
}

/** The error that a status stands for, with what the envelope says: of a whole answer, or of one record. */
export function refusalOf(
  envelope: unknown,
  { status, requestId, sent }: AnswerFacts,
  more: SkyflowErrorFacts = {},
): SkyflowError {
  const code =
    BY_STATUS[status] ?? (status >= FIRST_SERVER_ERROR ? 'vault_error' : 'invalid_request')
  const error = isFields(envelope) && isFields(envelope.error) ? envelope.error : {}
  const { message, grpc_code: grpcCode, details } = error
  const words = typeof message === 'string' ? message : wordsOf(envelope)
  const reason = words === undefined ? undefined : blanked(words, sent)
  const about = requestId === undefined ? '' : ` (request ${requestId})`
  const why = reason === undefined ? '' : `: ${reason.replace(/\.\s*$/, '')}`
  return new SkyflowError(code, `The vault answered ${status}${about}${why}`, {
    status,
    requestId,
    reason,
    grpcCode: typeof grpcCode === 'number' ? grpcCode : undefined,
    details: Array.isArray(details)
      ? details.map((entry: unknown) => blankedDeep(entry, sent))
      : undefined,
    ...more,
  })
}

/** A record's own error is a bare text. */
function wordsOf(envelope: unknown): string | undefined {
  return isFields(envelope) && typeof envelope.error === 'string' ? envelope.error : undefined
}
