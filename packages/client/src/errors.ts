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

interface CodeFacts {
  retryable: boolean
  phase: TokenErrorPhase
  remediation: string
}

const fact = (retryable: boolean, phase: TokenErrorPhase, remediation: string): CodeFacts => ({
  retryable,
  phase,
  remediation,
})

/** One row per code. `retryable` is what holds where the broker does not say otherwise. */
export const ERROR_TABLE: Readonly<Record<TokenErrorCode, CodeFacts>> = {
  invalid_request: fact(false, 'answer', 'Check that client and broker have matching versions.'),
  invalid_session: fact(false, 'answer', 'Sign the user in again.'),
  csrf_rejected: fact(false, 'answer', "List the page's origin in the broker's `origins`."),
  invalid_target: fact(
    false,
    'answer',
    "Check the audience's spelling and the user's grants in `authorize`.",
  ),
  rate_limited: fact(true, 'answer', 'Wait until `retryAt`.'),
  server_error: fact(true, 'answer', "Look for the request id in the broker's log."),
  upstream_invalid: fact(
    true,
    'answer',
    "Look for the request id in the broker's log: the token service answered nonsense.",
  ),
  upstream_auth: fact(
    true,
    'answer',
    "Check the broker's credential: the token service refused it.",
  ),
  temporarily_unavailable: fact(true, 'answer', 'Wait until `retryAt`.'),
  upstream_timeout: fact(true, 'answer', 'Try again; the token service was too slow.'),
  broker_unreachable: fact(
    true,
    'request',
    "Check the broker's address, its CORS set-up and the network.",
  ),
  broker_timeout: fact(true, 'request', 'Try again; the broker did not answer in time.'),
  malformed_response: fact(
    false,
    'answer',
    'Check that the address is that of a broker; its answer does not follow the protocol.',
  ),
  offline: fact(true, 'request', 'Try again when the browser is online.'),
  token_withheld: fact(
    false,
    'use',
    'Call the vault through `fetchFor`; this audience is proxied and its token stays at the broker.',
  ),
  audience_is_group: fact(
    false,
    'use',
    'Use `getTokens` or `prepare` for a group, or name one member.',
  ),
  group_incomplete: fact(
    true,
    'use',
    'See `missing` for the members without a usable token; a `quorum` may do with fewer.',
  ),
  token_rejected: fact(
    false,
    'use',
    'Check that the vault accepts tokens of this audience; a fresh one was refused too.',
  ),
  min_remaining_unmet: fact(
    false,
    'use',
    "Ask for less `minRemaining`, or raise the lifetime in the broker's configuration.",
  ),
  origin_not_allowed: fact(
    false,
    'use',
    "Call the audience's own resource, or list the origin in the client's `origins`.",
  ),
  identity_changed: fact(false, 'use', 'Ask again on behalf of the user who is signed in now.'),
  disposed: fact(false, 'use', 'Create a new client; this one was disposed of.'),
  config: fact(false, 'use', 'Mend the option that the message names.'),
}

const DOCS = 'https://github.com/valetkey/valetkey/blob/main/docs/errors.md'
const BRAND: unique symbol = Symbol.for('@valetkey/client/TokenError') as never

export interface TokenErrorFacts extends ErrorOptions {
  audience?: string
  status?: number
  /** Epoch milliseconds. */
  retryAt?: number
  retryable?: boolean
  missing?: readonly string[]
  requestId?: string
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
  readonly phase: TokenErrorPhase
  /** What mends it, in a sentence. */
  readonly remediation: string
  readonly docsUrl: string
  readonly audience?: string
  /** HTTP status of the broker's answer. */
  readonly status?: number
  /** Epoch milliseconds before which the client will not ask again by itself. */
  readonly retryAt?: number
  /** Members of a group that have no usable token. */
  readonly missing?: readonly string[]
  /** The broker's id of the request, for its log. */
  readonly requestId?: string

  constructor(code: TokenErrorCode, message: string, facts: TokenErrorFacts = {}) {
    const { retryable, phase, remediation } = ERROR_TABLE[code]
    const about = facts.audience === undefined ? '' : ` (audience: ${facts.audience})`
    super(
      `${message}${about}. ${remediation}`,
      'cause' in facts ? { cause: facts.cause } : undefined,
    )
    this.code = code
    this.detail = message
    this.retryable = facts.retryable ?? retryable
    this.phase = phase
    this.remediation = remediation
    this.docsUrl = `${DOCS}#${code}`
    if (facts.audience !== undefined) this.audience = facts.audience
    if (facts.status !== undefined) this.status = facts.status
    if (facts.retryAt !== undefined) this.retryAt = facts.retryAt
    if (facts.missing !== undefined) this.missing = facts.missing
    if (facts.requestId !== undefined) this.requestId = facts.requestId
    Object.defineProperty(this, BRAND, { value: true })
  }
}

/** True for a `TokenError`, whichever copy of the package made it. */
export function isTokenError(error: unknown): error is TokenError {
  return typeof error === 'object' && error !== null && BRAND in error
}

/** The same error with more facts: an audience, a moment to come back. */
export function withFacts(error: TokenError, facts: TokenErrorFacts): TokenError {
  const { code, detail, ...known } = error
  return new TokenError(code, detail, { ...known, cause: error.cause, ...facts })
}
