/** An answer that is no token: one code of the wire, in words made for strangers. */
import {
  isRetryableWireError,
  isWireErrorCode,
  WIRE_ERRORS,
  type WireErrorCode,
} from '@valetkey/protocol'

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

/** What a browser is told of a failed mint; the minter's own words are for the log. */
const MINT_DESCRIPTIONS: Partial<Record<WireErrorCode, string>> = {
  upstream_invalid: 'The service behind the broker gave nothing that can be used',
  upstream_auth: 'The service behind the broker refused the credential of the broker',
  upstream_timeout: 'The service behind the broker took too long',
  temporarily_unavailable: 'The service behind the broker cannot be used right now',
  invalid_target: 'The service behind the broker gives no token for this',
}

/** True for the codes a minter may name. */
export function isMintCode(code: unknown): code is WireErrorCode {
  return isWireErrorCode(code) && code in MINT_DESCRIPTIONS
}

/** The error of a failed mint; any code that no minter may name is taken for a fault of the broker. */
export function mintError(code: unknown, options: OAuthErrorOptions = {}): OAuthError {
  if (!isMintCode(code)) return new OAuthError('server_error', 'The broker has failed', options)
  return new OAuthError(code, MINT_DESCRIPTIONS[code] ?? code, options)
}

function defaultRetryAfterMs(code: WireErrorCode): number | undefined {
  return code === 'rate_limited' || code === 'temporarily_unavailable'
    ? DEFAULT_RETRY_AFTER_MS
    : undefined
}
