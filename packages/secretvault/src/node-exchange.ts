/** Sends one call to a node under a deadline, a second time where that may help. */
import isNetworkError from 'is-network-error'
import pRetry, { type RetryContext } from 'p-retry'
import { unlessAborted } from './unless-aborted.ts'

export interface NodeRequest {
  /** Holds the node's token. */
  readonly fetch: typeof fetch
  readonly url: string
  readonly method: string
  readonly body: string | undefined
}

export interface ExchangeRules {
  /** Milliseconds for the whole exchange, retries and a token's renewal included. */
  readonly deadlineMs: number
  /** How often to try again after a network error or 502, 503, 504. */
  readonly retries: number
  readonly signal?: AbortSignal | undefined
  /** Told of each answer as soon as it begins. */
  readonly onStatus: (status: number) => void
}

export interface NodeAnswer {
  readonly ok: boolean
  readonly status: number
  readonly text: string
}

/** What the exchange rejects with at its deadline. */
export class DeadlineError extends Error {
  override readonly name = 'DeadlineError'
}

const FIRST_RETRY_DELAY_MS = 250
const PASSING_STATUSES: ReadonlySet<number> = new Set([502, 503, 504])
const LONGEST_TIMER_MS = 2 ** 31 - 1

/**
 * The answer, whole, whatever its status. A `fetch` of its own, not a library's: with ten nodes to a
 * vault, what each call costs before it leaves adds up to a part of a round trip.
 *
 * @throws {DeadlineError} when the time is up; else what `fetch` threw, or the caller's reason.
 */
export async function exchange(request: NodeRequest, rules: ExchangeRules): Promise<NodeAnswer> {
  const late = new AbortController()
  const deadline = setTimeout(
    () => late.abort(new DeadlineError('No answer in time')),
    Math.min(rules.deadlineMs, LONGEST_TIMER_MS),
  )
  const signal = rules.signal ? AbortSignal.any([late.signal, rules.signal]) : late.signal
  // The deadline holds although an app's own `fetch` may know of no signal.
  const send = () => unlessAborted(sendOnce(request, signal, rules), signal)
  try {
    if (rules.retries === 0) return await send()
    return await sendAgain(send, signal, rules.retries)
  } catch (error) {
    throw signal.aborted ? signal.reason : error
  } finally {
    clearTimeout(deadline)
  }
}

async function sendOnce(
  { fetch, url, method, body }: NodeRequest,
  signal: AbortSignal,
  { onStatus }: ExchangeRules,
): Promise<NodeAnswer> {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(url, {
    method,
    signal,
    ...(body !== undefined && { body, headers }),
  })
  const { ok, status } = response
  onStatus(status)
  return { ok, status, text: await response.text() }
}

/** A refusal that may pass, thrown so that the call is tried again. */
class PassingRefusal extends Error {
  readonly answer: NodeAnswer

  constructor(answer: NodeAnswer) {
    super(`status ${answer.status}`)
    this.answer = answer
  }
}

async function sendAgain(
  send: () => Promise<NodeAnswer>,
  signal: AbortSignal,
  retries: number,
): Promise<NodeAnswer> {
  async function sendOrThrow(): Promise<NodeAnswer> {
    const answer = await send()
    if (PASSING_STATUSES.has(answer.status)) throw new PassingRefusal(answer)
    return answer
  }
  const mayPass = ({ error }: RetryContext): boolean =>
    error instanceof PassingRefusal || isNetworkError(error)
  try {
    return await pRetry(sendOrThrow, {
      retries,
      signal,
      minTimeout: FIRST_RETRY_DELAY_MS,
      randomize: true,
      shouldRetry: mayPass,
    })
  } catch (error) {
    if (error instanceof PassingRefusal) return error.answer
    throw error
  }
}
