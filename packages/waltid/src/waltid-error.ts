/** The one error of the vault client: its codes, what each means, what mends it. */

export type WaltidErrorCode =
  | 'unauthorized'
  | 'forbidden'
  | 'not_found'
  | 'invalid_request'
  | 'rate_limited'
  | 'vault_error'
  | 'vault_unavailable'
  | 'vault_unreachable'
  | 'vault_timeout'
  | 'malformed_answer'
  | 'broker_refused'
  | 'invalid_argument'
  | 'config'

interface CodeFacts {
  retryable: boolean
  remediation: string
}

const fact = (retryable: boolean, remediation: string): CodeFacts => ({ retryable, remediation })

/** One row per code. */
const WALTID_ERROR_TABLE: Readonly<Record<WaltidErrorCode, CodeFacts>> = {
  unauthorized: fact(
    false,
    "Check that the broker's keys are of this organization, and its clock.",
  ),
  forbidden: fact(false, 'Add the permission to the role that the broker assigns to its keys.'),
  not_found: fact(false, 'Check the dotted path of the resource, the organization first.'),
  invalid_request: fact(false, 'Mend what `reason` names.'),
  rate_limited: fact(true, 'Wait, `retryAfterMs` where it is set, then try again.'),
  vault_error: fact(false, "Look for the error in walt.id's log."),
  vault_unavailable: fact(true, "Wait and try again; if it stays, check walt.id's license."),
  vault_unreachable: fact(
    true,
    "Check the network and walt.id's address; if its CORS keeps this page out, let the broker proxy the calls.",
  ),
  vault_timeout: fact(true, 'Try again, or raise `deadlineMs`.'),
  malformed_answer: fact(
    false,
    "Check that the address is walt.id's, and that no gateway's page stands before it.",
  ),
  broker_refused: fact(
    false,
    "Check the grants of this user and the proxy rules of this audience; `reason` holds the broker's code.",
  ),
  invalid_argument: fact(false, 'Mend what the message names.'),
  config: fact(false, 'Mend what the message names.'),
}

const DOCS = 'https://github.com/valetkey/valetkey/blob/main/packages/waltid/README.md#errors'
const BRAND: unique symbol = Symbol.for('@valetkey/waltid/WaltidError') as never

export interface WaltidErrorFacts extends ErrorOptions {
  status?: number | undefined
  reason?: string | undefined
  exception?: string | undefined
  retryAfterMs?: number | undefined
  retryable?: boolean | undefined
}

/**
 * Everything the vault client throws on purpose, except `TokenError` (no key) and the platform's `AbortError`.
 * Switch on `code`. No field holds a token.
 */
export class WaltidError extends Error {
  override readonly name = 'WaltidError'
  readonly code: WaltidErrorCode
  /** Whether the same call later can help. */
  readonly retryable: boolean
  /** What mends it, in a sentence. */
  readonly remediation: string
  readonly docsUrl: string
  /** HTTP status of the answer. */
  readonly status?: number
  /** walt.id's own words, without what looks like a token; or the code of a broker that refused. */
  readonly reason?: string
  /** Which exception walt.id names, for example `ExpiredTokenException`. */
  readonly exception?: string
  /** How long walt.id asked to be left alone, in milliseconds. */
  readonly retryAfterMs?: number

  constructor(code: WaltidErrorCode, message: string, facts: WaltidErrorFacts = {}) {
    const { retryable, remediation } = WALTID_ERROR_TABLE[code]
    super(`${message}. ${remediation}`, 'cause' in facts ? { cause: facts.cause } : undefined)
    this.code = code
    this.retryable = facts.retryable ?? retryable
    this.remediation = remediation
    this.docsUrl = DOCS
    if (facts.status !== undefined) this.status = facts.status
    if (facts.reason !== undefined) this.reason = facts.reason
    if (facts.exception !== undefined) this.exception = facts.exception
    if (facts.retryAfterMs !== undefined) this.retryAfterMs = facts.retryAfterMs
    Object.defineProperty(this, BRAND, { value: true })
  }
}

/** True for a `WaltidError`, whichever copy of the package made it. */
export function isWaltidError(error: unknown): error is WaltidError {
  return typeof error === 'object' && error !== null && BRAND in error
}
