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

const LATER = 'The broker or what is behind it failed: wait until `retryAt`'

/** What failed and what mends it, on both sides of the colon. The page `docsUrl` leads to says more. */
export const ERROR_TABLE: Readonly<Record<TokenErrorCode, string>> = {
  invalid_request: 'The broker takes no such request: match the versions',
  invalid_session: 'Nobody is signed in: sign in again',
  csrf_rejected: "The page's origin is not trusted: list it in the broker's `origins`",
  invalid_target: "Not granted: check the audience and the user's grants",
  rate_limited: LATER,
  server_error: LATER,
  upstream_invalid: LATER,
  upstream_auth: "The broker's credential was refused: check it",
  temporarily_unavailable: LATER,
  upstream_timeout: LATER,
  broker_unreachable: 'The broker was not reached: check its address, its CORS, the network',
  broker_timeout: 'No answer in time: try again',
  malformed_response: "Not a broker's answer: check the address",
  offline: 'Offline: try again when online',
  token_withheld: 'The broker keeps this token: call the vault through `fetchFor`',
  audience_is_group: 'A group has no token: use `getTokens`, or name one member',
  group_incomplete: 'Some members have no token: see `missing`, or do with a `quorum`',
  token_rejected: 'The broker has no other token: check that the vault accepts it',
  min_remaining_unmet: "The token lives too briefly: ask for less, or raise the broker's lifetime",
  origin_not_allowed: 'No token goes there: call its resource, or list the origin in `origins`',
  identity_changed: 'Somebody else is signed in now: ask again',
  disposed: 'The client was disposed of: create a new one',
  config: 'An option is wrong: mend it',
}

/** Whether asking again later can help, where nobody says otherwise. */
const RETRYABLE = /^(broker|offline|group|rate|server|temporarily|upstream)/
/** Errors that never reached the broker, errors of its answers. */
const REQUEST = /^(broker|offline)/
const ANSWER = /^(invalid|csrf|rate|server|temporarily|upstream|malformed)/

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
  /** What failed in particular. */
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

  /** @param detail What failed in particular; the message adds what mends it. */
  constructor(code: TokenErrorCode, detail = '', facts: TokenErrorFacts = {}) {
    const { cause, retryable = RETRYABLE.test(code), ...known } = facts
    const about = [detail, known.audience && `audience: ${known.audience}`]
      .filter(Boolean)
      .join(', ')
    super(ERROR_TABLE[code].replace(':', about && ` (${about}):`), { cause })
    this.code = code
    this.detail = detail
    this.retryable = retryable
    Object.assign(this, known, { [BRAND]: true })
  }

  /** Where in its life the request was: asked of the broker, read from its answer, used at a vault. */
  get phase(): TokenErrorPhase {
    if (REQUEST.test(this.code)) return 'request'
    return ANSWER.test(this.code) ? 'answer' : 'use'
  }

  /** What mends it, in a few words. */
  get remediation(): string {
    return ERROR_TABLE[this.code].split(': ')[1] ?? ''
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

/** True for the codes that a broker may answer with. */
export function isAnswerCode(code: unknown): code is WireErrorCode {
  return typeof code === 'string' && Object.hasOwn(ERROR_TABLE, code) && ANSWER.test(code)
}
