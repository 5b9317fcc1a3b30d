/** The one error of the vault client: its codes, what each means, what mends it. */

export type VaultErrorCode =
  | 'unauthorized'
  | 'payment_required'
  | 'forbidden'
  | 'not_found'
  | 'invalid_request'
  | 'duplicate'
  | 'partly_refused'
  | 'rate_limited'
  | 'node_error'
  | 'node_unavailable'
  | 'node_unreachable'
  | 'node_timeout'
  | 'malformed_answer'
  | 'no_token'
  | 'aborted'
  | 'write_failed'
  | 'write_incomplete'
  | 'nodes_failed'
  | 'disagreement'
  | 'query_failed'
  | 'query_timeout'
  | 'invalid_argument'
  | 'invalid_record'
  | 'unsupported'
  | 'sharing_unavailable'
  | 'config'

interface CodeFacts {
  retryable: boolean
  remediation: string
}

const fact = (retryable: boolean, remediation: string): CodeFacts => ({ retryable, remediation })

/** One row per code. */
const VAULT_ERROR_TABLE: Readonly<Record<VaultErrorCode, CodeFacts>> = {
  unauthorized: fact(
    false,
    "Check that the organization is registered with the node under the broker's key, and the server's clock.",
  ),
  payment_required: fact(false, "Renew the organization's subscription with the node."),
  forbidden: fact(false, 'Check what the token may do.'),
  not_found: fact(false, 'Check the id, and that this organization owns it on every node.'),
  invalid_request: fact(false, "Mend what the node's `reasons` name."),
  duplicate: fact(false, 'Use another `_id`, or update the record that has it.'),
  partly_refused: fact(false, 'Check the fields that must be unique, and the log of the node.'),
  rate_limited: fact(true, 'Wait and try again.'),
  node_error: fact(false, "Look for the request in the node's log."),
  node_unavailable: fact(true, 'Wait and try again.'),
  node_unreachable: fact(true, "Check the network, the node's address and its CORS set-up."),
  node_timeout: fact(true, 'Try again, or raise the deadline.'),
  malformed_answer: fact(false, 'Check that the address is that of a SecretVault node.'),
  no_token: fact(true, 'See `cause` for why there is no token for this node.'),
  aborted: fact(false, 'The caller gave up.'),
  write_failed: fact(false, 'The nodes are as they were; mend the cause and write again.'),
  write_incomplete: fact(
    false,
    'Call `repair()` once the nodes in `residue` and `uncertain` can be reached.',
  ),
  disagreement: fact(
    false,
    'Look at the fields in `reasons` on each node; name sums of shares in `sums`; let a pipeline sort.',
  ),
  query_failed: fact(false, "Mend what the node's `reasons` name, in the query or its variables."),
  query_timeout: fact(true, 'Raise `timeoutMs`, or make the query lighter.'),
  nodes_failed: fact(true, "See each node's error in `nodes`."),
  invalid_argument: fact(false, 'Mend what the message names.'),
  invalid_record: fact(false, 'Mend the fields that `reasons` name.'),
  unsupported: fact(false, 'Use nodes of the other era, or do without.'),
  sharing_unavailable: fact(
    false,
    "Install @nillion/blindfold, and allow 'wasm-unsafe-eval' in the page's Content-Security-Policy.",
  ),
  config: fact(false, 'Mend what the message names.'),
}

const DOCS = 'https://github.com/valetkey/valetkey/blob/main/packages/secretvault/README.md#errors'
const BRAND: unique symbol = Symbol.for('@valetkey/secretvault/VaultError') as never

/** A node, by the audience of its tokens. */
export interface NodeRef {
  readonly audience: string
  /** The node's DID, where the audience is named by it. */
  readonly did?: string
}

/** How one node answered. */
export interface NodeOutcome extends NodeRef {
  readonly ok: boolean
  /** HTTP status, where there was an answer. */
  readonly status?: number
  readonly error?: VaultError
}

export interface VaultErrorFacts extends ErrorOptions {
  node?: NodeRef
  status?: number
  retryable?: boolean
  reasons?: readonly string[]
  nodes?: readonly NodeOutcome[]
  residue?: readonly NodeRef[]
  uncertain?: readonly NodeRef[]
  repair?: Repair | undefined
}

/**
 * Finishes what a failed write left undone: a creation or an update is taken back where it still stands, a
 * deletion is carried out where it has not been.
 *
 * @throws {VaultError} `write_incomplete` again, with a `repair()` of its own, while a node cannot be reached
 * or may still be at work.
 */
export type Repair = (options?: { signal?: AbortSignal }) => Promise<void>

/**
 * Everything the vault client throws on purpose, except `TokenError` (no token for any node) and the
 * platform's `AbortError`. Switch on `code`. No field holds a token or a record's content.
 */
export class VaultError extends Error {
  override readonly name = 'VaultError'
  readonly code: VaultErrorCode
  /** Whether the same call later can help. */
  readonly retryable: boolean
  /** What mends it, in a sentence. */
  readonly remediation: string
  readonly docsUrl: string
  /** HTTP status of the node's answer. */
  readonly status?: number
  /** The node it is about. */
  readonly node?: NodeRef
  /** The node's own words, without the parts that quote data. */
  readonly reasons?: readonly string[]
  /** How each node answered, where several were asked. */
  readonly nodes?: readonly NodeOutcome[]
  /** After a failed write: nodes known to differ from the others, since it could not be undone there. */
  readonly residue: readonly NodeRef[]
  /** After a failed write: nodes whose answer was lost and that could not be asked what they hold. */
  readonly uncertain: readonly NodeRef[]
  /** Of `write_incomplete`: brings the nodes in line. Call it before the records are written again. */
  declare readonly repair?: Repair

  constructor(code: VaultErrorCode, message: string, facts: VaultErrorFacts = {}) {
    const { retryable, remediation } = VAULT_ERROR_TABLE[code]
    super(`${message}. ${remediation}`, 'cause' in facts ? { cause: facts.cause } : undefined)
    this.code = code
    this.retryable = facts.retryable ?? retryable
    this.remediation = remediation
    this.docsUrl = DOCS
    this.residue = facts.residue ?? []
    this.uncertain = facts.uncertain ?? []
    if (facts.status !== undefined) this.status = facts.status
    if (facts.node !== undefined) this.node = facts.node
    if (facts.reasons !== undefined) this.reasons = facts.reasons
    if (facts.nodes !== undefined) this.nodes = facts.nodes
    // Not enumerable: it holds what has to be put back.
    if (facts.repair) Object.defineProperty(this, 'repair', { value: facts.repair })
    Object.defineProperty(this, BRAND, { value: true })
  }
}

/** True for a `VaultError`, whichever copy of the package made it. */
export function isVaultError(error: unknown): error is VaultError {
  return typeof error === 'object' && error !== null && BRAND in error
}

/** A node as messages name it. */
export function nameOf({ did, audience }: NodeRef): string {
  return did ?? audience
}

/** What went wrong, without the mend: for the message of an error that has a mend of its own. */
export function summaryOf({ message, remediation }: VaultError): string {
  return message.replace(`. ${remediation}`, '')
}
