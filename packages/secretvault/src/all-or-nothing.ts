/** Carries a write to every node, or takes it back from those that took it. */
import {
  type Attempt,
  type NodeCall,
  callNode,
  isUnsent,
  outcomeOf,
  refOf,
  type VaultNode,
} from './node-call.ts'
import { unlessAborted } from './unless-aborted.ts'
import {
  nameOf,
  type NodeRef,
  type Repair,
  summaryOf,
  VaultError,
  type VaultErrorCode,
} from './vault-error.ts'

/**
 * What is known of a node after a write: it took it; it refused it, and holds nothing; it failed, and may
 * hold part of it; its answer was lost, and it may hold all of it, or come to.
 */
export type Standing = 'took' | 'refused' | 'failed' | 'lost'

/** What a node is left with: as it was before, still changed, or nobody knows. */
export type Leftover = 'clean' | 'kept' | 'unknown'

export interface Write<T> {
  nodes: readonly VaultNode[]
  /** What each node is to do; called once per node, in their order. */
  call(node: VaultNode, index: number): NodeCall<T>
  /** What in a node's good answer makes the write fail nevertheless. */
  fault?: (value: T, node: VaultNode) => VaultError | undefined
  /** Takes the write back from a node that it was sent to, after another has failed. */
  undo(attempt: Attempt<T>, circumstances: Circumstances): Promise<Leftover>
  deadlineMs: number
  /** How long after it a write whose answer was lost may still land, in milliseconds. */
  settleMs: number
  signal?: AbortSignal | undefined
}

/** In what state of affairs a write is taken back. */
export interface Circumstances {
  standing: Standing
  /** Which of the nodes it is. */
  index: number
  /** So long ago that what has not landed will not. */
  settled: boolean
  /** Milliseconds for all of it. */
  budgetMs: number
}

const STANDING: Readonly<Partial<Record<VaultErrorCode, Standing>>> = {
  duplicate: 'took',
  partly_refused: 'took',
  unauthorized: 'refused',
  payment_required: 'refused',
  forbidden: 'refused',
  not_found: 'refused',
  invalid_request: 'refused',
  // What cannot be sent.
  invalid_argument: 'refused',
  rate_limited: 'refused',
  // The client has no token to send; what it had sent before was answered by a 401.
  no_token: 'refused',
  node_error: 'failed',
}

const SERVICE_UNAVAILABLE = 503

/** How sure one can be of a node, from how its attempt ended. Anything unclear counts as lost. */
export function standingOf(attempt: Attempt<unknown>): Standing {
  if (attempt.ok) return 'took'
  // Said before work is begun, unlike 502 and 504, which a proxy says while the node still works.
  if (attempt.status === SERVICE_UNAVAILABLE) return 'failed'
  return STANDING[attempt.error.code] ?? 'lost'
}

/**
 * The nodes' answers, if all took the write.
 *
 * @throws {VaultError} `write_failed` if no node is left with any of it, `write_incomplete` naming those
 * that are (`residue`) or may be (`uncertain`).
 * @throws what `signal` says, if it aborted and no node is left with any of it.
 */
export async function writeToAll<T>(
  write: Write<T>,
): Promise<readonly Extract<Attempt<T>, { ok: true }>[]> {
  const { nodes, deadlineMs, signal } = write
  signal?.throwIfAborted()
  const attempts = await Promise.all(
    nodes.map((node, i) => callNode(node, write.call(node, i), { deadlineMs, retries: 0, signal })),
  )
  const judged = attempts.map((attempt) => judge(attempt, write))
  const good = judged.filter((attempt) => attempt.ok)
  if (good.length === judged.length) return good

  // Refused by all alike: there is nothing to take back, not even by mistake.
  const untouched = judged.every((attempt) => standingOf(attempt) === 'refused')
  const story = { write, attempts, judged, endedAt: performance.now() }
  const leftovers = await takeBack(story, untouched ? () => false : () => true)
  if (leftovers.every((leftover) => leftover === 'clean')) signal?.throwIfAborted()
  throw failureWith(story, leftovers)
}

interface Story<T> {
  write: Write<T>
  attempts: readonly Attempt<T>[]
  judged: readonly Attempt<T>[]
  /** By the monotonic clock, in milliseconds. */
  endedAt: number
}

/** What each node is left with. Those that need nothing are clean. */
function takeBack<T>(
  { write, attempts, judged, endedAt }: Story<T>,
  needs: (index: number) => boolean,
): Promise<Leftover[]> {
  const settled = performance.now() - endedAt >= write.settleMs
  const budgetMs = write.deadlineMs
  return Promise.all(
    attempts.map(async (attempt, index) => {
      const seen = judged[index] ?? attempt
      if (!needs(index) || isUnsent(attempt)) return 'clean'
      return write.undo(attempt, { standing: standingOf(seen), index, settled, budgetMs })
    }),
  )
}

function failureWith<T>(story: Story<T>, leftovers: readonly Leftover[]): VaultError {
  return failureOf(story.judged, leftovers, {
    async repair() {
      const now = await takeBack(story, (index) => leftovers[index] !== 'clean')
      if (now.some((leftover) => leftover !== 'clean')) throw failureWith(story, now)
    },
  })
}

function judge<T>(attempt: Attempt<T>, { fault }: Write<T>): Attempt<T> {
  const error = attempt.ok ? fault?.(attempt.value, attempt.node) : undefined
  return error ? { node: attempt.node, ok: false, status: attempt.status ?? 0, error } : attempt
}

export interface FailureFacts {
  /** To carry it out twice does no harm. */
  repeatable?: boolean
  repair: () => Promise<void>
}

/** The error of a write that did not reach all nodes. */
export function failureOf(
  attempts: readonly Attempt<unknown>[],
  leftovers: readonly Leftover[],
  { repeatable = false, repair }: FailureFacts,
): VaultError {
  const left = (what: Leftover): readonly NodeRef[] =>
    attempts.filter((_, i) => leftovers[i] === what).map(({ node }) => refOf(node))
  const errors = attempts.flatMap((attempt) => (attempt.ok ? [] : [attempt.error]))
  const residue = left('kept')
  const uncertain = left('unknown')
  const whole = residue.length + uncertain.length === 0
  const [first] = errors
  const why = first ? `: ${summaryOf(first)}` : ''
  const facts = {
    cause: first,
    nodes: attempts.map(outcomeOf),
    residue,
    uncertain,
    retryable: (whole || repeatable) && errors.every((error) => error.retryable),
    ...(first?.status !== undefined && { status: first.status }),
  }
  if (whole) return new VaultError('write_failed', `The write failed${why}`, facts)
  const names = [...residue, ...uncertain].map(nameOf).join(', ')
  return new VaultError('write_incomplete', `Nodes differ after a failed write (${names})${why}`, {
    ...facts,
    repair: joined(repair),
  })
}

/** All callers share one run, and one success is enough. Who gives up leaves the others to it. */
function joined(repair: () => Promise<void>): Repair {
  let running: Promise<void> | undefined
  return ({ signal } = {}) => {
    if (signal?.aborted) return Promise.reject(signal.reason)
    running ??= repair().catch((error: unknown) => {
      running = undefined
      throw error
    })
    return unlessAborted(running, signal)
  }
}

const PAUSES_MS: readonly number[] = [0, 250, 1000]

/**
 * Takes a write back from one node. `undo` says whether it found and removed all of it (`true`), found
 * less (`false`), or could not ask (`undefined`). A write whose answer was lost can land after the first
 * look, so the node is looked at again for a while; never for longer than the budget.
 */
export async function undoFrom(
  { standing, settled, budgetMs }: Circumstances,
  undo: (deadlineMs: number) => Promise<boolean | undefined>,
): Promise<Leftover> {
  const until = performance.now() + budgetMs
  const leftMs = (): number => until - performance.now()
  for (const pauseMs of PAUSES_MS) {
    if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs))
    if (leftMs() <= 0) break
    const found = await undo(Math.min(budgetMs / 2, leftMs()))
    // A node that answered a write is done with it: what it lacks now, it will not get later.
    if (found === true || standing === 'refused') return 'clean'
    if (found === false && (standing === 'failed' || settled)) return 'clean'
  }
  return standing === 'took' ? 'kept' : 'unknown'
}
