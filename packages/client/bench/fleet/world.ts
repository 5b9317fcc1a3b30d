/** What a fleet meets, whoever plays it: its size, its broker, the outage, the count of requests. */
import { createDraws, type Draws } from './draws.ts'

const SECOND = 1_000
/** Share of its life that a cached token must have left to be handed out (docs/protocol.md, Freshness). */
const FRESH_SHARE = 0.8
/** A request's way to the broker and back takes between these. */
const LATENCY_MS = [20, 220] as const

export interface Plan {
  readonly clients: number
  readonly lifetimeMs: number
  /** One token for everybody, from the broker's cache; else one for each. */
  readonly shared: boolean
  /** A token is refreshed when this much of its life is left, in place of the client's own rule. */
  readonly fixedMarginMs?: number
  /** The app is opened by everybody within this time. */
  readonly arrivalMs: number
  readonly outageAtMs: number
  readonly outageMs: number
  readonly endMs: number
  /** An outage answers nothing: requests end at the client's deadline, not at once. */
  readonly hangs?: boolean
  /** An outage answers with this `retry_after`, or with one that names the same moment to all. */
  readonly retryAfter?: 'seconds' | 'moment'
  /** How often each client uses its token. */
  readonly callEveryMs: number
  readonly seed: number
}

export interface World {
  readonly plan: Plan
  /** Requests that reached the broker, or would have, by second. */
  readonly perSecond: Uint32Array
  /** What one client's own rules draw, and what chance does to its requests. */
  readonly rules: Draws
  readonly chance: Draws
  /** When a client opens the app, in milliseconds. */
  arrivesAt(client: number): number
  /** Milliseconds that the client's next request takes. */
  latencyMs(client: number): number
  /** Counts a request, answers with the remaining life of the token handed out; `undefined` in the outage. */
  request(client: number, now: number): number | undefined
}

/** What the app's calls met, of clients whose last request had failed. All others find a fresh token. */
export interface Calls {
  made: number
  /** Failed, though the token had more life left than the hard margin: none may. */
  failedUsable: number
  /** Failed within the hard margin, where callers wait for another token. */
  failedWithinMargin: number
  failedWithoutToken: number
}

/** A plan in which the fleet settles for six lifetimes, is watched for two, then meets the outage. */
export function planOf(
  differs: Pick<Plan, 'clients' | 'lifetimeMs' | 'shared'> & Partial<Plan>,
): Plan {
  const { lifetimeMs } = differs
  return {
    arrivalMs: 60 * SECOND,
    outageAtMs: 8 * lifetimeMs,
    outageMs: 60 * SECOND,
    endMs: 8 * lifetimeMs + 60 * SECOND + 3 * lifetimeMs,
    callEveryMs: 5 * SECOND,
    seed: 1,
    ...differs,
  }
}

/** Creates the broker, the network and the counting for one run. */
export function createWorld(plan: Plan): World {
  const { clients, lifetimeMs, shared, seed } = plan
  const perSecond = new Uint32Array(Math.ceil(plan.endMs / SECOND) + 1)
  const rules = createDraws(clients, seed)
  const chance = createDraws(clients, seed + 1)
  const starts = createDraws(clients, seed + 2)
  const endsAt = new Float64Array(shared ? 1 : clients)
  return {
    plan,
    perSecond,
    rules,
    chance,
    arrivesAt: (client) => starts.draw(client) * plan.arrivalMs,
    latencyMs: (client) => LATENCY_MS[0] + (LATENCY_MS[1] - LATENCY_MS[0]) * chance.draw(client),
    request(client, now) {
      const second = Math.floor(now / SECOND)
      perSecond[second] = (perSecond[second] ?? 0) + 1
      if (isOut(plan, now)) return undefined
      const slot = shared ? 0 : client
      const left = (endsAt[slot] as number) - now
      if (left < FRESH_SHARE * lifetimeMs) endsAt[slot] = now + lifetimeMs
      return (endsAt[slot] as number) - now
    },
  }
}

function isOut({ outageAtMs, outageMs }: Plan, now: number): boolean {
  return now >= outageAtMs && now < outageAtMs + outageMs
}

export function createCalls(): Calls {
  return { made: 0, failedUsable: 0, failedWithinMargin: 0, failedWithoutToken: 0 }
}

export function countCall(
  calls: Calls,
  { now, served, hardAt, endsAt }: { now: number; served: boolean; hardAt: number; endsAt: number },
): void {
  calls.made += 1
  if (served) return
  if (now < hardAt) calls.failedUsable += 1
  else if (now < endsAt) calls.failedWithinMargin += 1
  else calls.failedWithoutToken += 1
}

/** When an app calls next: at a steady pace, each client's calls at moments of their own. */
export function nextCallAt({ callEveryMs, clients }: Plan, client: number, now: number): number {
  const phaseMs = Math.floor((callEveryMs * client) / clients)
  return (Math.floor((now - phaseMs) / callEveryMs) + 1) * callEveryMs + phaseMs
}
