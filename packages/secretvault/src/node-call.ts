/** One exchange with one node, under a deadline of its own. */
import { isTokenError } from '@valetkey/client'
import { DeadlineError, exchange, type NodeAnswer, type NodeRequest } from './node-exchange.ts'
import {
  isVaultError,
  nameOf,
  type NodeOutcome,
  type NodeRef,
  VaultError,
  type VaultErrorCode,
} from './vault-error.ts'

/** A node that can be called: where it is, and a `fetch` that holds its token. */
export interface VaultNode extends NodeRef {
  /** Base URL, ending in `/`. */
  readonly resource: string
  readonly fetch: typeof fetch
}

/** What to ask of a node, and how to read its answer. */
export interface NodeCall<T> {
  method: 'GET' | 'POST' | 'DELETE'
  /** Relative to the node's base URL. */
  path: string
  body?: unknown
  /** The answer's content (`undefined` if empty), checked. Returns `undefined` if it is not as it should be. */
  parse(content: unknown): T | undefined
  /** Reads an answer out of a refusal (4xx), where one may stand in it. */
  parseRefusal?(content: unknown): T | undefined
  /** The call that goes on where this one ended: for lists that come in pages. */
  next?(value: T): NodeCall<T> | undefined
}

export interface CallRules {
  /** Milliseconds for the whole exchange, retries and a token's renewal included. */
  deadlineMs: number
  /** How often to try again after a network error or 502, 503, 504. For calls that may be carried out twice. */
  retries: number
  signal?: AbortSignal | undefined
}

/** How a call ended at one node. */
export type Attempt<T> =
  | { node: VaultNode; ok: true; status: number; value: T }
  | { node: VaultNode; ok: false; status?: number; error: VaultError }

const BY_STATUS: Readonly<Record<number, VaultErrorCode>> = {
  401: 'unauthorized',
  402: 'payment_required',
  403: 'forbidden',
  404: 'not_found',
  408: 'node_timeout',
  429: 'rate_limited',
  502: 'node_unavailable',
  503: 'node_unavailable',
  504: 'node_unavailable',
}
const FIRST_SERVER_ERROR = 500
const REASON_CHARACTERS = 300
const TOO_LARGE = 413
const TOO_MUCH = 'The request is larger than the node takes; write less at once'

/** Calls a node, to the last page of its answer. Never rejects: the attempt says how it ended. */
export async function callNode<T>(
  node: VaultNode,
  call: NodeCall<T>,
  rules: CallRules,
): Promise<Attempt<T>> {
  const until = performance.now() + rules.deadlineMs
  let attempt = await callOnce(node, call, rules)
  let next = attempt.ok ? call.next?.(attempt.value) : undefined
  while (next) {
    const deadlineMs = Math.max(until - performance.now(), 1)
    attempt = await callOnce(node, next, { ...rules, deadlineMs })
    next = attempt.ok ? next.next?.(attempt.value) : undefined
  }
  return attempt
}

async function callOnce<T>(
  node: VaultNode,
  call: NodeCall<T>,
  rules: CallRules,
): Promise<Attempt<T>> {
  let status: number | undefined
  try {
    const answer = await exchange(requestOf(node, call), {
      ...rules,
      onStatus(latest) {
        status = latest
      },
    })
    const value = answer.ok
      ? call.parse(contentOf(answer.text))
      : call.parseRefusal?.(refusedContentOf(answer.text))
    if (value !== undefined) return { node, ok: true, status: answer.status, value }
    return failed(answer.ok ? malformed(node, status) : refusalOf(answer, node))
  } catch (error) {
    return failed(errorOf(error, { node, status, signal: rules.signal }))
  }

  function failed(error: VaultError): Attempt<T> {
    return { node, ok: false, error, ...(status !== undefined && { status }) }
  }
}

function requestOf(
  { fetch, resource }: VaultNode,
  { method, path, body }: NodeCall<unknown>,
): NodeRequest {
  return {
    fetch,
    url: resource + path,
    method,
    body: body === undefined ? body : textOf(body),
  }
}

/** @throws {VaultError} `invalid_argument` for what JSON cannot hold. */
function textOf(body: unknown): string {
  try {
    return JSON.stringify(body, (_, value: unknown) =>
      typeof value === 'bigint' && Number.isSafeInteger(Number(value)) ? Number(value) : value,
    )
  } catch {
    // The words of the platform quote the content's keys.
    throw new VaultError(
      'invalid_argument',
      'The call holds what JSON cannot: a bigint that is too big, or an object within itself',
    )
  }
}

/** @throws {SyntaxError} if it is no JSON. */
function contentOf(text: string): unknown {
  return text === '' ? undefined : JSON.parse(text)
}

/** The content of a refusal; of one in plain words, none. */
function refusedContentOf(text: string): unknown {
  try {
    return contentOf(text)
  } catch {
    return undefined
  }
}

/** How a call ended, without what it brought. */
export function outcomeOf(attempt: Attempt<unknown>): NodeOutcome {
  const { node, ok, status } = attempt
  return {
    ...refOf(node),
    ok,
    ...(status !== undefined && { status }),
    ...(!ok && { error: attempt.error }),
  }
}

/** True if the call never left: there was no token to send it with. */
export function isUnsent(attempt: Attempt<unknown>): boolean {
  return !attempt.ok && attempt.error.code === 'no_token'
}

/** A node's names, without the means to call it. */
export function refOf({ audience, did }: NodeRef): NodeRef {
  return did === undefined ? { audience } : { audience, did }
}

interface CallContext {
  node: VaultNode
  status: number | undefined
  signal: AbortSignal | undefined
}

function errorOf(error: unknown, { node, status, signal }: CallContext): VaultError {
  if (isVaultError(error)) return error
  const about = { node: refOf(node) }
  const name = nameOf(node)
  if (signal?.aborted)
    return new VaultError('aborted', `The call to node ${name} was given up`, about)
  if (error instanceof DeadlineError)
    return new VaultError('node_timeout', `Node ${name} did not answer in time`, about)
  if (isTokenError(error))
    return new VaultError('no_token', `No token could be had for node ${name} (${error.code})`, {
      ...about,
      cause: error,
      retryable: error.retryable,
    })
  // The parser's message quotes the answer, so it is not kept as the cause.
  if (error instanceof SyntaxError) return malformed(node, status)
  return new VaultError('node_unreachable', `Node ${name} could not be reached`, {
    ...about,
    cause: error instanceof Error ? (error.cause ?? error) : error,
  })
}

function refusalOf({ status, text }: NodeAnswer, node: VaultNode): VaultError {
  const code =
    BY_STATUS[status] ?? (status >= FIRST_SERVER_ERROR ? 'node_error' : 'invalid_request')
  const reasons = status === TOO_LARGE ? [TOO_MUCH] : reasonsOf(refusedContentOf(text))
  const why = reasons.length > 0 ? ` (${reasons.join(': ')})` : ''
  return new VaultError(code, `Node ${nameOf(node)} answered ${status}${why}`, {
    node: refOf(node),
    status,
    reasons,
  })
}

function malformed(node: VaultNode, status: number | undefined): VaultError {
  return new VaultError(
    'malformed_answer',
    `The answer of node ${nameOf(node)} does not have the shape of SecretVault's`,
    { node: refOf(node), ...(status !== undefined && { status }) },
  )
}

/** The node's words, but for `cause: {…}`, in which databases quote records. */
function reasonsOf(content: unknown): readonly string[] {
  if (typeof content !== 'object' || content === null) return []
  const words = 'errors' in content ? content.errors : undefined
  const issues = 'error' in content ? content.error : undefined
  const said = Array.isArray(words) ? words : Array.isArray(issues) ? issues.map(issueText) : []
  return quotable(said)
}

/** What a node says of itself, as far as it may stand in an error. */
export function quotable(texts: readonly unknown[]): readonly string[] {
  return texts
    .filter((text) => typeof text === 'string')
    .filter((text) => text !== '' && !text.startsWith('cause:'))
    .map((text) => text.slice(0, REASON_CHARACTERS))
}

/** An issue of today's input check: `{ path, message }`. */
function issueText(issue: unknown): string | undefined {
  if (typeof issue !== 'object' || issue === null || !('message' in issue)) return undefined
  const path = 'path' in issue && Array.isArray(issue.path) ? issue.path.join('.') : ''
  return path === '' ? String(issue.message) : `${path}: ${String(issue.message)}`
}
