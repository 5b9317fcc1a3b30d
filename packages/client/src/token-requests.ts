/** Gathers what is asked for in one microtask into one broker request. */
import { type Answer, type AnswerItem, MAX_ITEMS } from '@valetkey/protocol'
import type { Clock } from './clock.ts'
import { isTokenError, TokenError } from './errors.ts'
import { type Instant, readInstant } from './expiry.ts'
import type { BrokerRequest } from './types.ts'

/** One token asked of the broker. */
export interface Wanted {
  readonly audience: string
  readonly scope: string | undefined
  /** `token_id` of a token that a vault refused. */
  readonly rejected: string | undefined
  /** Nobody waits for it. */
  readonly background: boolean
}

/** A broker's answer, or why there is none. */
export interface Exchange extends Partial<Answer> {
  readonly items: AnswerItem[]
  readonly error?: TokenError
  /** The error is about the broker as a whole and holds for every key. */
  readonly concernsAll?: boolean
}

/** What the broker said about one wanted token: `items` are those that carry its id. */
export interface Reply extends Exchange {
  /** Grows with every request sent: tells a late answer from a newer one. */
  readonly sequence: number
  /** Both clocks right before the request was sent. */
  readonly sentAt: Instant
}

/** Sends one request; calls `onSend` right before it leaves. */
export type Transport = (
  request: BrokerRequest,
  signal: AbortSignal,
  onSend: () => void,
) => Promise<Exchange>

export interface TokenRequests {
  /** Asks in the request of this microtask. Settles with a reply; never rejects. */
  ask(wanted: Wanted): Promise<Reply>
  /** Ends every request on its way, and those about to leave; their askers get `reason`. */
  abort(reason: TokenError): void
}

interface Asked extends Wanted {
  readonly settle: (reply: Reply) => void
}

export interface RequestOptions {
  transport: Transport
  clock: Clock
  deadlineMs: number
  onSend: (audiences: readonly string[], background: boolean) => void
  /** Called once for each request, before its askers hear of it. */
  onReply: (reply: Reply) => void
}

/** Creates the gathering point in front of a transport. */
export function createTokenRequests(options: RequestOptions): TokenRequests {
  const flights = new Set<AbortController>()
  let sequence = 0
  let waiting: Asked[] = []

  function flush(): void {
    const asked = waiting
    waiting = []
    for (let at = 0; at < asked.length; at += MAX_ITEMS) void fly(asked.slice(at, at + MAX_ITEMS))
  }

  async function fly(asked: readonly Asked[]): Promise<void> {
    sequence += 1
    const number = sequence
    const controller = new AbortController()
    flights.add(controller)
    const reply = { sequence: number, ...(await exchange(options, asked, controller)) }
    flights.delete(controller)
    options.onReply(reply)
    for (const [index, { settle }] of asked.entries())
      settle({ ...reply, items: reply.items.filter(({ id }) => id === String(index)) })
  }

  return {
    ask(wanted) {
      if (waiting.length === 0) queueMicrotask(flush)
      return new Promise((settle) => waiting.push({ ...wanted, settle }))
    },
    abort(reason) {
      for (const controller of flights) controller.abort(reason)
      const sentAt = readInstant(options.clock)
      for (const { settle } of waiting.splice(0))
        settle({ sequence, sentAt, items: [], error: reason })
    },
  }
}

/** Sends, and answers at the deadline at the latest, even if the transport does not heed its signal. */
async function exchange(
  { transport, clock, deadlineMs, onSend }: RequestOptions,
  asked: readonly Asked[],
  controller: AbortController,
): Promise<Exchange & { sentAt: Instant }> {
  const { signal } = controller
  let sentAt = readInstant(clock)
  const late = new TokenError('broker_timeout', `The broker did not answer in ${deadlineMs} ms`)
  const cancel = clock.after(deadlineMs, () => controller.abort(late))
  const ended = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason))
  })
  const background = asked.every((one) => one.background)
  const audiences = asked.map(({ audience }) => audience)
  onSend(audiences, background)
  try {
    const sent = transport(requestOf(asked, background), signal, () => {
      sentAt = readInstant(clock)
    })
    return { ...(await Promise.race([sent, ended])), sentAt }
  } catch (cause) {
    const error = isTokenError(cause)
      ? cause
      : new TokenError('broker_unreachable', 'The broker could not be reached', { cause })
    return { items: [], error, sentAt }
  } finally {
    cancel()
  }
}

/** JSON leaves out what is undefined. */
function requestOf(asked: readonly Asked[], background: boolean): BrokerRequest {
  const tokens = asked.map(({ audience, scope, rejected }, index) => ({
    id: String(index),
    audience,
    scope,
    rejected,
  }))
  return { background: background || undefined, tokens }
}
