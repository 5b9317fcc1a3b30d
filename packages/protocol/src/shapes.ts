/** The messages of protocol version 1, as they stand on the wire. */
import type { WireErrorCode } from './error-codes.ts'

/** The request header that carries the version; a browser sends it across origins only after a preflight. */
export const VERSION_HEADER = 'X-Valet-Key'
export const PROTOCOL_VERSION = '1'
export const MAX_ITEMS = 32
export const MAX_REQUEST_BYTES: number = 16 * 1024
/** The largest `expires_in` in seconds, about a hundred years. */
export const MAX_EXPIRES_IN = 3.2e9

/** One token asked for. */
export interface TokenRequestItem {
  id: string
  audience: string
  scope?: string
  /** Wished lifetime in seconds; may only shorten. */
  ttl?: number
  context?: unknown
  /** `token_id` of a token that a vault refused. */
  rejected?: string
}

export interface TokenRequest {
  background?: boolean
  tokens: TokenRequestItem[]
}

/** A token handed out, or the place in the broker through which its vault is reached. */
export interface TokenGrant {
  id: string
  audience: string
  token_id?: string
  access_token?: string
  token_type?: 'Bearer'
  delivery?: 'proxy'
  /** Seconds that remain when the answer is written; may be fractional. */
  expires_in: number
  scope?: string
  /** Base URL the token is for (RFC 8707), absolute or relative to the broker. */
  resource?: string
}

/** One item that could not be answered. */
export interface TokenFailure {
  id: string
  audience: string
  error: WireErrorCode
  error_description?: string
  retryable?: boolean
  /** Seconds. */
  retry_after?: number
}

export interface TokenResponse {
  /** Epoch milliseconds. */
  server_time: number
  session?: string
  groups?: Record<string, string[]>
  tokens: (TokenGrant | TokenFailure)[]
}

/** `application/problem+json` (RFC 9457) with the OAuth names. */
export interface Problem {
  type?: string
  title?: string
  status: number
  error: WireErrorCode
  error_description?: string
  retryable?: boolean
  /** Seconds. */
  retry_after?: number
  request_id?: string
  supported?: string[]
  tokens?: TokenFailure[]
}
