/** The one error of the vault client: its codes, what each means, what mends it. */

export type NexusRunDbErrorCode =
  | 'unauthorized'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'license_inactive'
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
const ERROR_TABLE: Readonly<Record<NexusRunDbErrorCode, CodeFacts>> = {
  unauthorized: fact(false, "Check that the broker's access key is alive, and both sides' clocks."),
  forbidden: fact(
    false,
    'Give the access key the permission it lacks on this bucket; permissions and buckets are changed with the Master key alone.',
  ),
  not_found: fact(
    false,
    'Check database, bucket and key; if all are there, compare the path with the `api` option.',
  ),
  conflict: fact(false, 'Choose another id: the new one is taken, or not allowed.'),
  license_inactive: fact(false, 'Renew the license or subscription of the database.'),
  invalid_request: fact(
    false,
    'Compare the call with the documents of NexusRunDB; what they leave open is the `api` option.',
  ),
  rate_limited: fact(true, 'Wait, `retryAfterMs` where it is set, then try again.'),
  vault_error: fact(false, 'Report it to NexusRunDB.'),
  vault_unavailable: fact(true, 'Wait and try again.'),
  vault_unreachable: fact(
    true,
    "Check the network and the database's address; if its CORS keeps this page out, let the broker proxy the calls.",
  ),
  vault_timeout: fact(true, 'Try again, or raise `deadlineMs`.'),
  malformed_answer: fact(
    false,
    "Check that the address is that of a NexusRunDB database without a gateway's page before it, and the `api` option.",
  ),
  broker_refused: fact(
    false,
    "Check the grants of this user and the proxy rules of this audience; `reason` holds the broker's code.",
  ),
  invalid_argument: fact(false, 'Mend what the message names.'),
  config: fact(false, 'Mend what the message names.'),
}

const DOCS = 'https://github.com/valetkey/valetkey/blob/main/packages/nexusrundb/README.md#errors'
const BRAND: unique symbol = Symbol.for('@valetkey/nexusrundb/NexusRunDbError') as never

export interface NexusRunDbErrorFacts extends ErrorOptions {
  status?: number | undefined
  reason?: string | undefined
  retryAfterMs?: number | undefined
  retryable?: boolean | undefined
  uncertain?: boolean | undefined
}

/**
 * Everything the vault client throws on purpose, except `TokenError` (no token) and the platform's
 * `AbortError`. Switch on `code`. No field holds a token, what the call sent, or the database's own words.
 */
export class NexusRunDbError extends Error {
  override readonly name = 'NexusRunDbError'
  readonly code: NexusRunDbErrorCode
  /** Whether the same call later can help. */
  readonly retryable: boolean
  /** What mends it, in a sentence. */
  readonly remediation: string
  readonly docsUrl: string
  /** HTTP status of the answer. */
  readonly status?: number
  /** The broker's code, where it refused a proxied call. */
  readonly reason?: string
  /** How long to wait, in milliseconds, where the answer says. */
  readonly retryAfterMs?: number
  /** True if a write may have been carried out all the same, since its answer was lost. */
  readonly uncertain: boolean

  constructor(code: NexusRunDbErrorCode, message: string, facts: NexusRunDbErrorFacts = {}) {
    const { retryable, remediation } = ERROR_TABLE[code]
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
    if (facts.reason !== undefined) this.reason = facts.reason
    if (facts.retryAfterMs !== undefined) this.retryAfterMs = facts.retryAfterMs
    Object.defineProperty(this, BRAND, { value: true })
  }
}

/** True for a `NexusRunDbError`, whichever copy of the package made it. */
export function isNexusRunDbError(error: unknown): error is NexusRunDbError {
  return typeof error === 'object' && error !== null && BRAND in error
}
