/** The error of a call to Skyflow's management API. */

export type SkyflowManagementErrorCode =
  | 'unauthorized'
  | 'forbidden'
  | 'not_found'
  | 'invalid_request'
  | 'rate_limited'
  | 'unavailable'
  | 'unreachable'
  | 'timeout'
  | 'malformed_answer'

interface CodeFacts {
  retryable: boolean
  remediation: string
}

const fact = (retryable: boolean, remediation: string): CodeFacts => ({ retryable, remediation })

const TABLE: Readonly<Record<SkyflowManagementErrorCode, CodeFacts>> = {
  unauthorized: fact(
    false,
    "Check that the managing account is live, its key not revoked, and this server's clock.",
  ),
  forbidden: fact(false, 'Give the managing account a role that may manage service accounts.'),
  not_found: fact(
    false,
    'Check the IDs, and that they are of this environment (production, preview).',
  ),
  invalid_request: fact(
    false,
    'Check accountId and the IDs; only accounts made for API keys have them. Look the request up with Skyflow.',
  ),
  rate_limited: fact(true, 'Wait, `retryAfterMs` where it is set, then try again.'),
  unavailable: fact(true, 'Wait and try again.'),
  unreachable: fact(true, 'Check the network and manageUrl.'),
  timeout: fact(true, 'Try again, or raise `deadlineMs`.'),
  malformed_answer: fact(
    false,
    "Check manageUrl and `paths`, and that no gateway's page stands before Skyflow.",
  ),
}

export interface SkyflowManagementErrorFacts extends ErrorOptions {
  status?: number | undefined
  requestId?: string | undefined
  retryAfterMs?: number | undefined
  uncertain?: boolean | undefined
}

/** Switch on `code`. Holds nothing of an answer but its status and Skyflow's id of the request, and no secret. */
export class SkyflowManagementError extends Error {
  override readonly name = 'SkyflowManagementError'
  readonly code: SkyflowManagementErrorCode
  /** Whether the same call later can help. */
  readonly retryable: boolean
  /** What mends it, in a sentence. */
  readonly remediation: string
  /** True if a change may have been made all the same, since its answer was lost: look before you repeat it. */
  readonly uncertain: boolean
  readonly status?: number
  /** Skyflow's own id of the call (`x-request-id`), for its support. */
  readonly requestId?: string
  readonly retryAfterMs?: number

  constructor(
    code: SkyflowManagementErrorCode,
    message: string,
    {
      status,
      requestId,
      retryAfterMs,
      uncertain = false,
      ...options
    }: SkyflowManagementErrorFacts = {},
  ) {
    const { retryable, remediation } = TABLE[code]
    const doubt = uncertain ? ' The change may have been made; look before repeating it.' : ''
    super(`${message}. ${remediation}${doubt}`, options)
    this.code = code
    this.retryable = retryable
    this.remediation = remediation
    this.uncertain = uncertain
    if (status !== undefined) this.status = status
    if (requestId !== undefined) this.requestId = requestId
    if (retryAfterMs !== undefined) this.retryAfterMs = retryAfterMs
  }
}
