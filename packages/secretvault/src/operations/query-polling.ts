/** Waits until each node has finished its run of a query. */
import type { RunState, TodayExtras } from '../node-api.ts'
import { type Attempt, callNode, outcomeOf, quotable, refOf, type VaultNode } from '../node-call.ts'
import type { NodeProgress, QueryProgress } from '../query-types.ts'
import type { Answered, Answers } from '../vault-context.ts'
import { nameOf, type NodeOutcome, VaultError } from '../vault-error.ts'

const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 2_000
/** A node that is gone for so many looks in a row is given up. */
const MAX_FAILURES = 3

export interface PollingRules {
  /** For each look, in milliseconds. */
  deadlineMs: number
  /** For the whole run, in milliseconds. */
  timeoutMs: number
  onProgress?: ((progress: QueryProgress) => void) | undefined
  signal?: AbortSignal | undefined
}

export interface FinishedRuns {
  answered: readonly Answered<readonly unknown[]>[]
  failed: readonly NodeOutcome[]
}

/** What each node's run came to. A node that fails costs the others nothing. */
export async function finishRuns(
  { answered: started, missing, api }: Answers<RunState>,
  rules: PollingRules,
): Promise<FinishedRuns> {
  const states = new Map<VaultNode, NodeProgress['status']>(
    started.map(({ node, value }) => [node, statusOf(value)]),
  )
  const gone = missing.map((node): NodeProgress => ({ ...refOf(node), status: 'failed' }))
  const tell = (): void => rules.onProgress?.(progressOf(states, gone))
  const note = (node: VaultNode, status: NodeProgress['status']): void => {
    if (states.get(node) === status) return
    states.set(node, status)
    tell()
  }
  tell()
  const attempts = await Promise.all(
    started.map(async (start) => {
      const attempt = await finishRun(start, { ...rules, note, extras: api.today })
      note(start.node, attempt.ok ? 'complete' : 'failed')
      return attempt
    }),
  )
  const good = attempts.filter((attempt) => attempt.ok)
  return { answered: good, failed: attempts.filter(({ ok }) => !ok).map(outcomeOf) }
}

interface Waiting extends PollingRules {
  note: (node: VaultNode, status: NodeProgress['status']) => void
  extras: TodayExtras | undefined
}

async function finishRun(
  { node, status, value: first }: Answered<RunState>,
  { note, extras, deadlineMs, timeoutMs, signal }: Waiting,
): Promise<Attempt<readonly unknown[]>> {
  const until = performance.now() + timeoutMs
  let state = first
  let failures = 0
  for (let pauseMs = 0; 'run' in state && extras; pauseMs = longer(pauseMs)) {
    await pause(pauseMs, signal)
    const leftMs = until - performance.now()
    if (leftMs <= 0 || signal?.aborted) return failed(node, timeout(node, timeoutMs))
    const rules = { deadlineMs: Math.min(deadlineMs, leftMs), retries: 0, signal }
    const look = await callNode(node, extras.readRun(state.run), rules)
    failures = look.ok ? 0 : failures + 1
    if (!look.ok && (failures === MAX_FAILURES || !look.error.retryable)) return look
    if (!look.ok) continue
    state = look.value
    if ('run' in state) note(node, state.status)
  }
  if (state.status === 'complete') return { node, ok: true, status, value: state.rows }
  return failed(node, refusal(node, state.status === 'error' ? state.errors : []))
}

function longer(pauseMs: number): number {
  return pauseMs === 0 ? FIRST_PAUSE_MS : Math.min(pauseMs * 2, LONGEST_PAUSE_MS)
}

/** Ends early when the caller gives up. */
function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  if (ms === 0 || signal?.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const timer = setTimeout(end, ms)
    function end(): void {
      clearTimeout(timer)
      signal?.removeEventListener('abort', end)
      resolve()
    }
    signal?.addEventListener('abort', end)
  })
}

function statusOf(state: RunState): NodeProgress['status'] {
  return state.status === 'error' ? 'failed' : state.status
}

function progressOf(
  states: ReadonlyMap<VaultNode, NodeProgress['status']>,
  gone: readonly NodeProgress[],
): QueryProgress {
  const nodes = [...[...states].map(([node, status]) => ({ ...refOf(node), status })), ...gone]
  const done = nodes.filter(({ status }) => status === 'complete' || status === 'failed').length
  return { nodes, done }
}

function failed(node: VaultNode, error: VaultError): Attempt<readonly unknown[]> {
  return { node, ok: false, error }
}

function timeout(node: VaultNode, timeoutMs: number): VaultError {
  const message = `Node ${nameOf(node)} has not finished the query in ${timeoutMs} ms`
  return new VaultError('query_timeout', message, { node: refOf(node) })
}

function refusal(node: VaultNode, errors: readonly string[]): VaultError {
  const reasons = quotable(errors)
  const why = reasons.length > 0 ? ` (${reasons.join(' ')})` : ''
  return new VaultError('query_failed', `Node ${nameOf(node)} could not run the query${why}`, {
    node: refOf(node),
    reasons,
  })
}
