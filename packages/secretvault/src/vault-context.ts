/** What every operation of a vault client works with. */
import type { EraFinder } from './era.ts'
import type { NodeApi } from './node-api.ts'
import { type Attempt, callNode, type NodeCall, outcomeOf, type VaultNode } from './node-call.ts'
import type { NodeSet, NodeSource } from './node-set.ts'
import type { Sharing } from './sharing.ts'
import type { SecretModes } from './types.ts'
import { unlessAborted } from './unless-aborted.ts'
import { type NodeOutcome, summaryOf, VaultError } from './vault-error.ts'

export interface VaultContext {
  readonly source: NodeSource
  readonly era: EraFinder
  readonly sharing: Sharing
  /** Fields that are secrets without a mark. */
  readonly secrets: SecretModes
  /** Milliseconds that one node may take for a read. */
  readonly deadlineMs: number
  /** Milliseconds that one node may take for a write; tokens live at least so long when it starts. */
  readonly writeDeadlineMs: number
  /** Milliseconds after which a write whose answer was lost has landed, or never will. */
  readonly settleMs: number
}

export type Answered<T> = Extract<Attempt<T>, { ok: true }>

/** What the nodes answered to one question. */
export interface Answers<T> extends NodeSet {
  answered: readonly Answered<T>[]
  outcomes: readonly NodeOutcome[]
  /** Those of the outcomes that are not answers. */
  missing: readonly NodeOutcome[]
  api: NodeApi
}

/** All nodes, ready to be written to. */
export interface WritableNodes {
  nodes: readonly VaultNode[]
  api: NodeApi
}

/** All nodes, each with a token that lives for the write. @throws {TokenError} if one has none. */
export async function nodesForWriting(
  { source, era, writeDeadlineMs }: VaultContext,
  signal?: AbortSignal,
): Promise<WritableNodes> {
  const nodes = await source.forWriting(writeDeadlineMs, signal)
  const api = await unlessAborted(era.apiFor(nodes, { deadlineMs: writeDeadlineMs }), signal)
  return { nodes, api }
}

/**
 * Asks all nodes that have a token the same question. A slow or dead node costs no more than its deadline.
 *
 * @throws {VaultError} if no node answers: their common code, else `nodes_failed`.
 */
export async function askAll<T>(
  { source, era, deadlineMs }: VaultContext,
  callOf: (api: NodeApi) => NodeCall<T> | Promise<NodeCall<T>>,
  signal?: AbortSignal,
): Promise<Answers<T>> {
  const set = await source.forReading(signal)
  const api = await unlessAborted(era.apiFor(set.nodes, { deadlineMs }), signal)
  const call = await unlessAborted(callOf(api), signal)
  const attempts = await Promise.all(
    set.nodes.map((node) => callNode(node, call, { deadlineMs, retries: 1, signal })),
  )
  signal?.throwIfAborted()
  const answered = attempts.filter((attempt) => attempt.ok)
  const outcomes = [...attempts.map(outcomeOf), ...set.absent]
  if (answered.length === 0) throw nobodyAnswered(outcomes)
  return { ...set, api, answered, outcomes, missing: outcomes.filter(({ ok }) => !ok) }
}

/** The error where none of the nodes gave an answer. */
export function nobodyAnswered(outcomes: readonly NodeOutcome[]): VaultError {
  const errors = outcomes.flatMap(({ error }) => (error ? [error] : []))
  const [first] = errors
  const same = first !== undefined && errors.every(({ code }) => code === first.code)
  const why = first === undefined ? '' : `: ${summaryOf(first)}`
  return new VaultError(same ? first.code : 'nodes_failed', `No node answered${why}`, {
    cause: first,
    nodes: outcomes,
    retryable: errors.some(({ retryable }) => retryable),
    ...(same && first.status !== undefined && { status: first.status }),
    ...(same && first.reasons !== undefined && { reasons: first.reasons }),
  })
}
