/** The one error of the vault client: its codes, what each means, what mends it. */

export type SkyflowErrorCode =
  | 'unauthorized'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
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
const SKYFLOW_ERROR_TABLE: Readonly<Record<SkyflowErrorCode, CodeFacts>> = {
  unauthorized: fact(
    false,
    "Check that the broker's service account may use this vault, that it is not revoked, and both sides' clocks.",
  ),
  forbidden: fact(
    false,
    "Check the policies of the account's roles for this table, column and redaction.",
  ),
  not_found: fact(false, 'Check the vault ID, the table, and the IDs or tokens.'),
  conflict: fact(false, 'Use another value for the unique column, or `upsert`.'),
  invalid_request: fact(
    false,
    "Mend what `reason` names; check columns against the vault's schema.",
  ),
  rate_limited: fact(true, 'Wait, `retryAfterMs` where it is set, then try again.'),
  vault_error: fact(false, 'Report the `requestId` to Skyflow.'),
  vault_unavailable: fact(true, 'Wait and try again.'),
  vault_unreachable: fact(
    true,
    "Check the network and the vault's address; if the vault's CORS keeps this page out, let the broker proxy the calls.",
  ),
  vault_timeout: fact(true, 'Try again, or raise `deadlineMs`.'),
  malformed_answer: fact(
    false,
    "Check that the address is that of a Skyflow vault, and that no gateway's page stands before it.",
  ),
  broker_refused: fact(
    false,
    "Check the grants of this user and the proxy rules of this audience; `reason` holds the broker's code.",
  ),
  invalid_argument: fact(false, 'Mend what the message names.'),
  config: fact(false, 'Mend what the message names.'),
}

const DOCS = 'https://github.com/valetkey/valetkey/blob/main/packages/skyflow/README.md#errors'
const BRAND: unique symbol = Symbol.for('@valetkey/skyflow/SkyflowError') as never

export interface SkyflowErrorFacts extends ErrorOptions {
  status?: number | undefined
  requestId?: string | undefined
  reason?: string | undefined
  grpcCode?: number | undefined
  details?: readonly unknown[] | undefined
  retryAfterMs?: number | undefined
  retryable?: boolean | undefined
  uncertain?: boolean | undefined
}

/**
 * Everything the vault client throws on purpose, except `TokenError` (no token) and the platform's
 * `AbortError`. Switch on `code`. No field holds a token, nor anything that the call sent.
 */
export class SkyflowError extends Error {
  override readonly name = 'SkyflowError'
  readonly code: SkyflowErrorCode
  /** Whether the same call later can help. */
  readonly retryable: boolean
  /** What mends it, in a sentence. */
  readonly remediation: string
  readonly docsUrl: string
  /** HTTP status of the answer, or of this record in it. */
  readonly status?: number
  /** Skyflow's own id of the call (`x-request-id`), for its support. */
  readonly requestId?: string
  /** The vault's own words; what the call sent, and what looks like a secret, is blanked out. */
  readonly reason?: string
  /** `grpc_code` of the envelope. */
  readonly grpcCode?: number
  /** `details` of the envelope, blanked out likewise. */
  readonly details?: readonly unknown[]
  /** How long the vault asked to be left alone, in milliseconds. */
  readonly retryAfterMs?: number
  /** True if a write may have been carried out all the same, since its answer was lost. */
  readonly uncertain: boolean

  constructor(code: SkyflowErrorCode, message: string, facts: SkyflowErrorFacts = {}) {
    const { retryable, remediation } = SKYFLOW_ERROR_TABLE[code]
    const doubt = facts.uncertain
      ? ' The write may have been carried out; look before repeating it.'
      : ''
    super(
      `${message}. ${remediation}${doubt}`,
      'cause' in facts ? { cause: facts.cause } : undefined,
    )
    this.code = code
    this.retryable = facts.retryable ?? retryable
    this.remediation = remediation
    this.docsUrl = DOCS
    this.uncertain = facts.uncertain ?? false
    if (facts.status !== undefined) this.status = facts.status
    if (facts.requestId !== undefined) this.requestId = facts.requestId
    if (facts.reason !== undefined) this.reason = facts.reason
    if (facts.grpcCode !== undefined) this.grpcCode = facts.grpcCode
    if (facts.details !== undefined) this.details = facts.details
    if (facts.retryAfterMs !== undefined) this.retryAfterMs = facts.retryAfterMs
    Object.defineProperty(this, BRAND, { value: true })
  }
}

/** True for a `SkyflowError`, whichever copy of the package made it. */
export function isSkyflowError(error: unknown): error is SkyflowError {
  return typeof error === 'object' && error !== null && BRAND in error
}
