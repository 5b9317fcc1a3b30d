/** What the tests of the broker share: a manual clock, an app with a login, requests a browser would send. */
import {
  type AccessRules,
  type Audiences,
  type BrokerEvent,
  createBroker,
  type Broker,
  type BrokerSettings,
  type Clock,
  type Principal,
} from '@valetkey/broker'
import {
  createTestGroup,
  createTestMinter,
  type TestGroupMinter,
  type TestMinter,
} from '@valetkey/broker/testing'

export const BASE = 'https://app.test/api/broker'
export const COOKIE = 'canary-session-of-ada'

export interface ManualClock extends Required<Clock> {
  advance(ms: number): void
  pending(): number
}

export function createManualClock(startAt = 1_795_312_345_678): ManualClock {
  let now = startAt
  const timers = new Map<object, { dueAt: number; callback: () => void }>()
  return {
    now: () => now,
    after(delayMs, callback) {
      const key = {}
      timers.set(key, { dueAt: now + delayMs, callback })
      return () => void timers.delete(key)
    },
    advance(ms) {
      now += ms
      for (const [key, { dueAt, callback }] of Array.from(timers)) {
        if (dueAt > now) continue
        timers.delete(key)
        callback()
      }
    },
    pending: () => timers.size,
  }
}

export const ADA: Principal = { subject: 'ada', login: 'login-1' }

export interface AppOptions extends Partial<BrokerSettings<Audiences> & AccessRules<Principal>> {
  clock?: ManualClock
  /** Who has the cookie. */
  principal?: Principal | (() => Principal | null)
}

export interface App {
  broker: Broker
  clock: ManualClock
  minter: TestMinter
  events: BrokerEvent[]
  faults: () => BrokerEvent[]
  /** The arguments of every call of the logger. */
  logged: unknown[][]
}

/** A broker whose user signs in by cookie and may have everything, unless a test says otherwise. */
export function createApp(options: AppOptions = {}): App {
  const { principal = ADA, clock = createManualClock(), ...settings } = options
  const minter = createTestMinter({ clock })
  const events: BrokerEvent[] = []
  const logged: unknown[][] = []
  const log = (...line: unknown[]): void => void logged.push(line)
  const broker = createBroker({
    audiences: { cards: minter },
    authenticate: (request) => {
      if (!isSignedIn(request)) return null
      return typeof principal === 'function' ? principal() : principal
    },
    authorize: () => true,
    rateLimit: false,
    clock,
    logger: { info: log, warn: log, error: log },
    onEvent: (event) => events.push(event),
    ...settings,
  })
  const faults = (): BrokerEvent[] => events.filter((event) => event.event === 'fault')
  return { broker, clock, minter, events, faults, logged }
}

export interface Vaults extends App {
  cards: TestMinter
  records: TestGroupMinter
  shared: TestMinter
  /** What the group `records` says of itself. */
  members: { names: string[] }
}

/** An app with cards, with records on three nodes, and with a token that is shared by all. */
export function createVaults(options: AppOptions = {}): Vaults {
  const clock = options.clock ?? createManualClock()
  const members = { names: ['a', 'b', 'c'] }
  const cards = createTestMinter({ clock })
  const records = createTestGroup(() => members.names, { clock })
  const shared = createTestMinter({ clock, shareable: true })
  const app = createApp({ clock, audiences: { cards, records, shared }, ...options })
  return { ...app, cards, records, shared, members }
}

function isSignedIn(request: Request): boolean {
  return (request.headers.get('Cookie') ?? '').includes(COOKIE)
}

export const BROWSER_HEADERS: Readonly<Record<string, string>> = {
  Accept: 'application/json, application/problem+json',
  'Content-Type': 'application/json',
  Cookie: `__Host-session=${COOKIE}`,
  Origin: 'https://app.test',
  'Sec-Fetch-Site': 'same-origin',
  'X-Valet-Key': '1',
}

/** A request as the page would send it; a header set to `undefined` is left out. */
export function tokenRequest(
  body: unknown,
  headers: Readonly<Record<string, string | undefined>> = {},
): Request {
  const all = Object.entries({ ...BROWSER_HEADERS, ...headers })
  return new Request(`${BASE}/tokens`, {
    method: 'POST',
    headers: all.filter((entry): entry is [string, string] => entry[1] !== undefined),
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
}

export interface WireItem {
  id: string
  audience: string
  access_token?: string
  token_id?: string
  token_type?: string
  expires_in?: number
  scope?: string
  resource?: string
  error?: string
  error_description?: string
  retryable?: boolean
  retry_after?: number
}

export interface WireBody {
  server_time?: number
  session?: string
  groups?: Record<string, string[]>
  tokens?: WireItem[]
  status?: number
  error?: string
  error_description?: string
  retryable?: boolean
  retry_after?: number
  request_id?: string
  supported?: string[]
}

type Item = string | { audience: string; [member: string]: unknown }

export interface Asked {
  response: Response
  status: number
  body: WireBody
  tokens: WireItem[]
}

/** Asks for tokens; items are numbered in order. */
export async function ask(broker: Broker, ...items: Item[]): Promise<Asked> {
  const tokens = items.map((item, index) => ({
    id: String(index + 1),
    ...(typeof item === 'string' ? { audience: item } : item),
  }))
  const response = await broker.fetch(tokenRequest({ tokens }))
  const body: WireBody = await response.clone().json()
  return { response, status: response.status, body, tokens: body.tokens ?? [] }
}

/** The value of the one token asked for. */
export async function askOne(broker: Broker, item: Item): Promise<WireItem> {
  const { tokens } = await ask(broker, item)
  return tokens[0]!
}

/** Status and code of a refusal, and whether it is the broker's own. */
export async function problemOf(
  response: Response,
): Promise<[status: number, error: string | undefined, version: string | null]> {
  const { error } = (await response.json()) as WireBody
  return [response.status, error, response.headers.get('X-Valet-Key')]
}

/** Lets the event loop turn until `condition` holds. */
export async function until(condition: () => boolean): Promise<void> {
  // Bounded by time and not by turns: a machine under load needs more of them.
  const endsAt = performance.now() + 5_000
  while (!condition()) {
    if (performance.now() > endsAt) throw new Error('the condition was never met')
    await new Promise((resolve) => setImmediate(resolve))
  }
}
