/** The one error of this package: its codes, what each means, what mends it. */
import type { WireErrorCode } from '@valetkey/protocol'

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

const LATER = 'wait until `retryAt`'

/** What mends each error, in a few words. The page `docsUrl` leads to says more. */
export const ERROR_TABLE: Readonly<Record<TokenErrorCode, string>> = {
  invalid_request: 'match the versions',
  invalid_session: 'sign in again',
  csrf_rejected: "list the origin in the broker's `origins`",
  invalid_target: "check the user's grants",
  rate_limited: LATER,
  server_error: LATER,
  upstream_invalid: LATER,
  upstream_auth: "check the broker's credential",
  temporarily_unavailable: LATER,
  upstream_timeout: LATER,
  broker_unreachable: "check the broker's address and CORS",
  broker_timeout: LATER,
  malformed_response: "check the broker's address",
  offline: LATER,
  token_withheld: 'use `fetchFor`',
  audience_is_group: 'use `getTokens`',
  group_incomplete: 'see `missing`',
  token_rejected: "check the vault's grants",
  min_remaining_unmet: 'ask for less',
  origin_not_allowed: 'list the origin in `origins`',
  identity_changed: 'ask again',
  disposed: 'create a new client',
  config: 'mend the option',
}

/** Whether asking again later can help, where nobody says otherwise. */
const RETRYABLE = /^(broker|offline|group|rate|server|temporarily|upstream)/
/** Errors that never reached the broker, errors of its answers. */
const REQUEST = /^(broker|offline)/
const ANSWER = /^(invalid|csrf|malformed|rate|server|temporarily|upstream)/

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
  declare readonly code: TokenErrorCode
  /** What failed in particular. */
  declare readonly detail: string
  /** Whether asking again later can help. */
  declare readonly retryable: boolean
  /** HTTP status of the broker's answer. */
  declare readonly status?: number
  declare readonly audience?: string
  /** Epoch milliseconds before which the client will not ask again by itself. */
  declare readonly retryAt?: number
  /** Members of a group that have no usable token. */
  declare readonly missing?: readonly string[]
  /** The broker's id of the request, for its log. */
  declare readonly requestId?: string

  /** @param detail What failed in particular; the message adds what mends it. */
  constructor(code: TokenErrorCode, detail = '', facts: TokenErrorFacts = {}) {
    const { cause, retryable = RETRYABLE.test(code), ...known } = facts
    const about = [code, detail, known.audience].filter(Boolean).join(', ')
    super(`${about}: ${ERROR_TABLE[code]}`, { cause })
    Object.assign(this, known, { code, detail, retryable, [BRAND]: true })
  }

  /** Where in its life the request was: asked of the broker, read from its answer, used at a vault. */
  get phase(): TokenErrorPhase {
    if (REQUEST.test(this.code)) return 'request'
    return ANSWER.test(this.code) ? 'answer' : 'use'
  }

  /** What mends it, in a few words. */
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
  return BRAND in Object(error)
}

/** The same error with more facts: an audience, a moment to come back. */
export function withFacts(error: TokenError, facts: TokenErrorFacts): TokenError {
  const { code, detail, cause } = error
  return new TokenError(code, detail, { ...Object(error), cause, ...facts })
}

/** True for the codes that a broker may answer with. */
export function isAnswerCode(code: unknown): code is WireErrorCode {
  return typeof code === 'string' && Object.hasOwn(ERROR_TABLE, code) && ANSWER.test(code)
}
