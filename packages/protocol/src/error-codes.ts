/** The error codes of the wire, each with its HTTP status. */

/** Codes a broker may answer with (protocol page; RFC 6749 section 5.2, RFC 8707 section 2). */
export const WIRE_ERRORS = {
  invalid_request: 400,
  invalid_session: 401,
  csrf_rejected: 403,
  invalid_target: 403,
  rate_limited: 429,
  server_error: 500,
  upstream_invalid: 502,
  upstream_auth: 502,
  temporarily_unavailable: 503,
  upstream_timeout: 504,
} as const

export type WireErrorCode = keyof typeof WIRE_ERRORS

/** Whether asking again later can help, where the answer itself does not say. */
export function isRetryableWireError(code: WireErrorCode): boolean {
  return WIRE_ERRORS[code] === 429 || WIRE_ERRORS[code] >= 500
}

export function isWireErrorCode(code: unknown): code is WireErrorCode {
  return typeof code === 'string' && Object.hasOwn(WIRE_ERRORS, code)
}
