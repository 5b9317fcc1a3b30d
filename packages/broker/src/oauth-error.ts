/** An answer that is no token: one code of the wire, in words made for strangers. */
import { isRetryableWireError, WIRE_ERRORS, type WireErrorCode } from '@valetkey/protocol'

export interface OAuthErrorOptions extends ErrorOptions {
  /** Where one code has several statuses (404, 405, 413 …). */
  status?: number
  retryAfterMs?: number
  /** Further headers of the answer. */
  headers?: Readonly<Record<string, string>>
  /** Versions this broker speaks, where the one asked for is not among them. */
  supported?: readonly string[]
}

/** Asked to come back without being told when. */
const DEFAULT_RETRY_AFTER_MS = 3_000

/** The message goes to the browser: it names what failed and the mend, and quotes nothing. */
export class OAuthError extends Error {
  override readonly name = 'OAuthError'
  readonly code: WireErrorCode
  readonly status: number
  readonly retryAfterMs: number | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly supported: readonly string[] | undefined

  constructor(code: WireErrorCode, message: string, options: OAuthErrorOptions = {}) {
    super(message, options)
    this.code = code
    this.status = options.status ?? WIRE_ERRORS[code]
    this.retryAfterMs = options.retryAfterMs ?? defaultRetryAfterMs(code)
    this.headers = options.headers ?? {}
    this.supported = options.supported
  }

  /** The members every form of this error has on the wire. */
  toWire(): {
    error: WireErrorCode
    error_description: string
    retryable: boolean
    retry_after?: number
  } {
    const wire = {
      error: this.code,
      error_description: this.message,
      retryable: isRetryableWireError(this.code),
    }
    return this.retryAfterMs === undefined
      ? wire
      : { ...wire, retry_after: this.retryAfterMs / 1000 }
  }
}

function defaultRetryAfterMs(code: WireErrorCode): number | undefined {
  return code === 'rate_limited' || code === 'temporarily_unavailable'
    ? DEFAULT_RETRY_AFTER_MS
    : undefined
}
