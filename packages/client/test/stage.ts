/** A client between a fake broker and a vault in memory, on a manual clock. */
import {
  createTokenClient,
  isTokenError,
  type TokenClient,
  type TokenClientOptions,
  type TokenEvent,
  type WakeCause,
  type WakeSignals,
} from '../src/index.ts'
import {
  createFakeBroker,
  createManualClock,
  type FakeBroker,
  type FakeBrokerOptions,
  type ManualClock,
} from '../src/testing/index.ts'

export const SECOND: number = 1_000
export const BROKER = 'https://app.example/api/broker'

export interface VaultCall {
  url: string
  method: string
  authorization: string | null
  body: string
  init: RequestInit
}

export interface Vault {
  calls: VaultCall[]
  revoke(text: string): void
  refuseEverything(on: boolean): void
  fetch: typeof fetch
}

export interface Signals extends WakeSignals {
  hide(): void
  show(): void
  network(on: boolean): void
  wake(cause: WakeCause): void
}

export interface Stage {
  clock: ManualClock
  signals: Signals
  broker: FakeBroker
  vault: Vault
  client: TokenClient
  events: TokenEvent[]
  types: () => string[]
}

/** A vault that answers 200, or 401 to tokens it was told to refuse. */
export function createVault(): Vault {
  const calls: VaultCall[] = []
  const refused = new Set<string>()
  let refuseAll = false
  return {
    calls,
    revoke: (text: string) => void refused.add(text),
    refuseEverything: (on: boolean) => {
      refuseAll = on
    },
    fetch: async (input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> => {
      const request = new Request(input, init)
      const authorization = request.headers.get('Authorization')
      calls.push({
        url: request.url,
        method: request.method,
        authorization,
        body: await request.text(),
        init,
      })
      const text = authorization?.slice('Bearer '.length) ?? ''
      await Promise.resolve()
      if (refuseAll || refused.has(text)) return new Response('Unauthorized', { status: 401 })
      return Response.json({ ok: true })
    },
  }
}

export function createSignals(): Signals {
  let listener: (cause: WakeCause) => void = () => {}
  let hidden = false
  let online = true
  return {
    listen(onWake: (cause: WakeCause) => void) {
      listener = onWake
      return () => {
        listener = () => {}
      }
    },
    hidden: () => hidden,
    online: () => online,
    hide: () => {
      hidden = true
    },
    show: () => {
      hidden = false
      listener('visibilitychange')
    },
    network: (on: boolean) => {
      online = on
      if (on) listener('online')
    },
    wake: (cause: WakeCause) => listener(cause),
  }
}

/** The broker's own address, among all that the client calls. */
export function isBroker(input: RequestInfo | URL): boolean {
  return (input instanceof Request ? input.url : String(input)).startsWith(BROKER)
}

export function stage(
  options: Partial<TokenClientOptions> = {},
  brokerOptions: Partial<FakeBrokerOptions> = {},
): Stage {
  const clock = createManualClock()
  const signals = createSignals()
  const broker = createFakeBroker({
    clock,
    audiences: { cards: {}, mail: {}, records: { members: ['a', 'b', 'c'] } },
    ...brokerOptions,
  })
  const vault = createVault()
  const client = createTokenClient(BROKER, {
    clock,
    random: () => 0.5,
    wakeSignals: signals,
    fetch: (input, init) =>
      isBroker(input) ? broker.fetch(input, init) : vault.fetch(input, init),
    ...options,
  })
  const events: TokenEvent[] = []
  client.on('*', (event) => events.push(event))
  const types = () => events.map(({ type }) => type)
  return { clock, signals, broker, vault, client, events, types }
}

/** How a promise ended, in a word: `resolved`, a token error's code, or another error's name. */
export function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'resolved',
    (error: unknown) => (isTokenError(error) ? error.code : (error as Error).name),
  )
}
