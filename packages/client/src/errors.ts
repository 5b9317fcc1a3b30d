/** The one error of this package: its codes, what each means, what mends it. */
import {
  isRetryableWireError,
  isWireErrorCode,
  WIRE_ERRORS,
  type WireErrorCode,
} from '@valetkey/protocol'

export type TokenErrorCode =
  | WireErrorCode
  | 'broker_unreachable'
  | 'broker_timeout'
  | 'malformed_response'
  | 'offline'
  | 'token_withheld'
  | 'audience_is_group'
  | 'group_incomplete'
  | 'token_rejected'
  | 'min_remaining_unmet'
  | 'origin_not_allowed'
  | 'identity_changed'
  | 'disposed'
  | 'config'

/** Where in its life the request was: asked of the broker, read from its answer, used at a vault. */
export type TokenErrorPhase = 'request' | 'answer' | 'use'

/** What mends each error, in a sentence. The page `docsUrl` leads to says more. */
export const ERROR_TABLE: Readonly<Record<TokenErrorCode, string>> = {
  invalid_request: 'Check that client and broker have matching versions.',
  invalid_session: 'Sign the user in again.',
  csrf_rejected: "List the page's origin in the broker's `origins`.",
  invalid_target: "Check the audience's spelling and the user's grants.",
  rate_limited: 'Wait until `retryAt`.',
  server_error: "See the broker's log.",
  upstream_invalid: "See the broker's log.",
  upstream_auth: "Check the broker's credential.",
  temporarily_unavailable: 'Wait until `retryAt`.',
  upstream_timeout: 'Try again.',
  broker_unreachable: "Check the broker's address, its CORS set-up and the network.",
  broker_timeout: 'Try again.',
  malformed_response: 'Check that the address is that of a broker.',
  offline: 'Try again when the browser is online.',
  token_withheld: 'Call the vault through `fetchFor`.',
  audience_is_group: 'Use `getTokens`, or name one member.',
  group_incomplete: 'See `missing`; a `quorum` may do with fewer.',
  token_rejected: 'Check that the vault accepts tokens of this audience.',
  min_remaining_unmet: "Ask for less, or raise the broker's lifetime.",
  origin_not_allowed: "Call the audience's resource, or list the origin in `origins`.",
  identity_changed: 'Ask again for the user who is signed in now.',
  disposed: 'Create a new client.',
  config: 'Mend the option that is named.',
}

function phaseOf(code: TokenErrorCode): TokenErrorPhase {
  if (/^broker|^offline/.test(code)) return 'request'
  return code in WIRE_ERRORS || code === 'malformed_response' ? 'answer' : 'use'
}

/** Whether asking again later can help, where nobody says otherwise. */
function isRetryable(code: TokenErrorCode): boolean {
  return (
    /^broker|^offline|^group/.test(code) || (isWireErrorCode(code) && isRetryableWireError(code))
  )
}

const DOCS = 'https://github.com/valetkey/valetkey/blob/main/docs/errors.md'
const BRAND: unique symbol = Symbol.for('@valetkey/client/TokenError') as never

export interface TokenErrorFacts extends ErrorOptions {
  audience?: string | undefined
  status?: number | undefined
  /** Epoch milliseconds. */
  retryAt?: number | undefined
  retryable?: boolean | undefined
  missing?: readonly string[] | undefined
  requestId?: string | undefined
}

/**
 * Everything this package throws on purpose, except the platform's `AbortError`. Switch on `code`;
 * recognize it by `isTokenError`, which holds across two bundled copies. No field holds a token.
 */
export class TokenError extends Error {
  override readonly name = 'TokenError'
  readonly code: TokenErrorCode
  /** What failed, without the mend. */
  readonly detail: string
  /** Whether asking again later can help. */
  readonly retryable: boolean
  /** HTTP status of the broker's answer. */
  declare readonly status?: number
  declare readonly audience?: string
  /** Epoch milliseconds before which the client will not ask again by itself. */
  declare readonly retryAt?: number
  /** Members of a group that have no usable token. */
  declare readonly missing?: readonly string[]
  /** The broker's id of the request, for its log. */
  declare readonly requestId?: string

  constructor(code: TokenErrorCode, message: string, facts: TokenErrorFacts = {}) {
    const { cause, retryable, ...known } = facts
    const about = known.audience === undefined ? '' : ` (audience: ${known.audience})`
    super(`${message}${about}. ${ERROR_TABLE[code]}`, { cause })
    this.code = code
    this.detail = message
    this.retryable = retryable ?? isRetryable(code)
    Object.assign(this, known)
    Object.defineProperty(this, BRAND, { value: true })
  }

  get phase(): TokenErrorPhase {
    return phaseOf(this.code)
  }

  /** What mends it, in a sentence. */
  get remediation(): string {
    return ERROR_TABLE[this.code]
  }

  /** The page that says more. */
  get docsUrl(): string {
    return `${DOCS}#${this.code}`
  }
}

/** True for a `TokenError`, whichever copy of the package made it. */
export function isTokenError(error: unknown): error is TokenError {
  return typeof error === 'object' && error !== null && BRAND in error
}

/** The same error with more facts: an audience, a moment to come back. */
export function withFacts(error: TokenError, facts: TokenErrorFacts): TokenError {
  return new TokenError(error.code, error.detail, { ...error, cause: error.cause, ...facts })
}
