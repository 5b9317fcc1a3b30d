/** Gathers what is asked for in one microtask into one broker request. */
import { type Answer, type AnswerItem, MAX_ITEMS } from '@valetkey/protocol'
import { isTokenError, TokenError } from './errors.ts'
import { emit, type EventLog } from './events.ts'
import { look, type Time } from './expiry.ts'
import { DEADLINE_MS } from './refresh-policy.ts'
import type { BrokerRequest } from './types.ts'
import { waitFor } from './wait-for.ts'
import type { WakeSignals } from './wake-signals.ts'

/** One token asked of the broker. */
export interface Wanted {
  readonly item: Omit<BrokerRequest['tokens'][number], 'id'>
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
  /** Right before the request was sent, by the client's own time. */
  readonly sentAt: number
  /** The same in epoch milliseconds of the local clock. */
  readonly sentWall: number
}

/** Sends one request; calls `onSend` right before it leaves. */
export type Transport = (
  request: BrokerRequest,
  signal: AbortSignal,
  onSend: () => void,
) => Promise<Exchange>

interface Asked extends Wanted {
  readonly item: BrokerRequest['tokens'][number]
  /** Without a reply where the epoch is over. */
  readonly settle: (reply?: Reply) => void
}

/** What is about to leave or on its way. */
export interface Requests extends EventLog, Time {
  transport: Transport
  /** The most tokens one request may ask for. */
  readonly maxItems: number | undefined
  readonly waiting: Asked[]
  readonly wakeSignals: WakeSignals
  /** Aborts when nobody may get an answer any more. */
  end: AbortController
  /** The broker asked to be left alone, whatever the key. */
  hold?: { readonly error: TokenError; readonly until: number } | undefined
  sequence: number
}

/** Asks in the request of this microtask. Settles with a reply; never rejects. */
export function ask(requests: Requests, wanted: Wanted): Promise<Reply | undefined> {
  const { waiting, maxItems = MAX_ITEMS } = requests
  if (waiting.length === 0)
    queueMicrotask(() => {
      while (waiting.length > 0) void fly(requests, waiting.splice(0, maxItems))
    })
  const item = { id: `${waiting.length}`, ...wanted.item }
  return new Promise((settle) => waiting.push({ ...wanted, item, settle }))
}

/** Sends, and answers at the deadline at the latest, even if the transport does not heed its signal. */
async function fly(requests: Requests, asked: readonly Asked[]): Promise<void> {
  const { transport, clock } = requests
  const background = asked.every((one) => one.background)
  emit(requests, 'request', { audiences: asked.map(({ item }) => item.audience), background })
  requests.sequence += 1
  const { sequence } = requests
  let sentAt = 0
  let sentWall = 0
  const stamp = () => {
    sentAt = look(requests)
    sentWall = clock.wall()
  }
  stamp()
  // JSON leaves out what is undefined.
  const request = {
    background: background || undefined,
    tokens: asked.map(({ item }) => item),
  }
  const exchange: Exchange = await waitFor((gone) => transport(request, gone, stamp), {
    clock,
    ended: requests.end.signal,
    timeoutMs: DEADLINE_MS,
  }).catch((cause: unknown) => {
    const code = requests.wakeSignals.online() ? 'broker_unreachable' : 'offline'
    return { items: [], error: isTokenError(cause) ? cause : new TokenError(code, '', { cause }) }
  })
  const { error, concernsAll } = exchange
  if (concernsAll && error?.retryAt)
    requests.hold = { error, until: sentAt + error.retryAt - sentWall }
  if (error?.code === 'invalid_session') emit(requests, 'session-expired', { status: error.status })
  for (const { item, settle } of asked) {
    const items = exchange.items.filter(({ id }) => id === item.id)
    settle({ ...exchange, items, sequence, sentAt, sentWall })
  }
}
