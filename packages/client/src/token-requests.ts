/** Gathers what is asked for in one microtask into one broker request. */
import { type Answer, type AnswerItem, MAX_ITEMS } from '@valetkey/protocol'
import type { Clock } from './clock.ts'
import { isTokenError, TokenError } from './errors.ts'
import type { Instant } from './expiry.ts'
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

/** What the broker said about one wanted token. */
export interface Reply {
  /** Grows with every request sent: tells a late answer from a newer one. */
  readonly sequence: number
  /** Both clocks right before the request was sent. */
  readonly sentAt: Instant
  readonly answer: Answer | undefined
  /** The items of the answer that carry this token's id. */
  readonly items: readonly AnswerItem[]
  /** Why there is no answer. */
  readonly error: TokenError | undefined
  /** The error is about the broker as a whole and holds for every key. */
  readonly concernsAll: boolean
}

/** A broker's answer, or its refusal, as the transport brings it. */
export interface Exchange {
  readonly sentAt: Instant
  readonly answer: Answer | undefined
  readonly items: readonly AnswerItem[]
  readonly error: TokenError | undefined
  readonly concernsAll: boolean
}

/** Sends one request. Never rejects but for a fault of its own. */
export type Transport = (request: BrokerRequest, signal: AbortSignal) => Promise<Exchange>

export interface TokenRequests {
  /** Asks in the request of this microtask. Settles with a reply; never rejects. */
  ask(wanted: Wanted): Promise<Reply>
  /** Ends every request on its way; their askers get `reason`. */
  abort(reason: TokenError): void
}

interface Asked extends Wanted {
  readonly settle: (reply: Reply) => void
}

interface Options {
  transport: Transport
  clock: Clock
  deadlineMs: number
  onSend: (audiences: readonly string[], background: boolean) => void
  /** Called once for each request, before its askers hear of it. */
  onExchange: (exchange: Exchange) => void
}

/** Creates the gathering point in front of a transport. */
export function createTokenRequests(options: Options): TokenRequests {
  const flights = new Set<AbortController>()
  let sequence = 0
  let waiting: Asked[] = []

  function flush(): void {
    const asked = waiting
    waiting = []
    for (let from = 0; from < asked.length; from += MAX_ITEMS) {
      sequence += 1
      void fly(asked.slice(from, from + MAX_ITEMS), sequence)
    }
  }

  async function fly(asked: readonly Asked[], number: number): Promise<void> {
    const controller = new AbortController()
    flights.add(controller)
    const exchange = await exchangeWithin(options, asked, controller)
    flights.delete(controller)
    options.onExchange(exchange)
    for (const [index, { settle }] of asked.entries()) {
      const items = exchange.items.filter(({ id }) => id === String(index))
      settle({ ...exchange, items, sequence: number })
    }
  }

  return {
    ask(wanted) {
      if (waiting.length === 0) queueMicrotask(flush)
      return new Promise((settle) => waiting.push({ ...wanted, settle }))
    },
    abort(reason) {
      for (const controller of flights) controller.abort(reason)
      const dropped = waiting
      waiting = []
      const sentAt = { wall: options.clock.wall(), mono: options.clock.mono() }
      for (const { settle } of dropped) settle({ ...failure(reason, sentAt), sequence })
    },
  }
}

/** Sends, and answers at the deadline at the latest, even if the transport does not heed its signal. */
async function exchangeWithin(
  { transport, clock, deadlineMs, onSend }: Options,
  asked: readonly Asked[],
  controller: AbortController,
): Promise<Exchange> {
  const { signal } = controller
  const sentAt = { wall: clock.wall(), mono: clock.mono() }
  const cancel = clock.after(deadlineMs, () =>
    controller.abort(
      new TokenError('broker_timeout', `The broker did not answer in ${deadlineMs} ms`),
    ),
  )
  const ended = new Promise<Exchange>((resolve) => {
    signal.addEventListener('abort', () => resolve(failure(signal.reason, sentAt)), { once: true })
  })
  const background = asked.every((one) => one.background)
  onSend(
    asked.map(({ audience }) => audience),
    background,
  )
  const sent = transport(requestOf(asked, background), signal).catch((error: unknown) =>
    failure(error, sentAt),
  )
  const exchange = await Promise.race([sent, ended])
  cancel()
  return exchange
}

function requestOf(asked: readonly Asked[], background: boolean): BrokerRequest {
  const tokens = asked.map(({ audience, scope, rejected }, index) => ({
    id: String(index),
    audience,
    ...(scope === undefined ? {} : { scope }),
    ...(rejected === undefined ? {} : { rejected }),
  }))
  return background ? { background, tokens } : { tokens }
}

function failure(cause: unknown, sentAt: Instant): Exchange {
  const error = isTokenError(cause)
    ? cause
    : new TokenError('broker_unreachable', 'The broker could not be asked', { cause })
  return { sentAt, answer: undefined, items: [], error, concernsAll: false }
}
