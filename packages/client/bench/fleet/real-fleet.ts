/** Plays a small fleet with real clients, on a clock that moves from event to event: what the big one is held against. */
import {
  type Clock,
  createTokenClient,
  type TokenClient,
  type WakeSignals,
} from '../../src/index.ts'
import { hardMarginMs } from '../../src/refresh-policy.ts'
import { settle } from '../../src/testing/index.ts'
import { createEventQueue } from './event-queue.ts'
import { type Calls, countCall, createCalls, nextCallAt, type World } from './world.ts'

/** Timers a client may have waiting, cancelled ones included, on average. */
const TIMERS_PER_CLIENT = 400

const ALWAYS_AWAKE: WakeSignals = {
  listen: () => () => {},
  hidden: () => false,
  online: () => true,
}

interface Stage {
  readonly world: World
  readonly clock: Clock
  readonly calls: Calls
}

/** What one client has been given, as the network knows it; times in milliseconds. */
interface Given {
  hardAt: number
  endsAt: number
  /** The last request failed. */
  inTrouble: boolean
}

/** Plays a plan with real clients. Real time passes only in computing. */
export async function playRealFleet(world: World): Promise<Calls> {
  const { plan } = world
  const queue = createEventQueue(TIMERS_PER_CLIENT * plan.clients)
  const waiting = new Map<number, () => void>()
  let latest = 0
  const now = () => queue.now
  const clock: Clock = {
    wall: now,
    mono: now,
    after(delayMs, run) {
      latest += 1
      const timer = latest
      waiting.set(timer, run)
      queue.push(queue.now + Math.max(delayMs, 0), timer)
      return () => waiting.delete(timer)
    },
  }
  const stage: Stage = { world, clock, calls: createCalls() }
  const clients = Array.from({ length: plan.clients }, (_, client) => arrive(stage, client))
  for (let timer = queue.next(plan.endMs); timer >= 0; timer = queue.next(plan.endMs)) {
    const run = waiting.get(timer)
    if (!waiting.delete(timer)) continue
    run?.()
    await settle()
  }
  for (const client of clients) client.dispose()
  return stage.calls
}

/** One app: opened at its moment, in use from then on. */
function arrive(stage: Stage, client: number): TokenClient {
  const { world, clock } = stage
  const given: Given = { hardAt: 0, endsAt: 0, inTrouble: false }
  const tokens = createTokenClient((_, { signal }) => answer(stage, { client, given, signal }), {
    clock,
    random: () => world.rules.draw(client),
    wakeSignals: ALWAYS_AWAKE,
  })
  const callNext = () => {
    const now = clock.mono()
    clock.after(nextCallAt(world.plan, client, now) - now, () => {
      void call(stage, { tokens, given })
      callNext()
    })
  }
  clock.after(world.arrivesAt(client), () => {
    tokens.keepFresh('a')
    callNext()
  })
  return tokens
}

async function answer(
  { world, clock }: Stage,
  { client, given, signal }: { client: number; given: Given; signal: AbortSignal },
): Promise<unknown> {
  const now = clock.mono()
  const leftMs = world.request(client, now)
  const tookMs = world.latencyMs(client)
  if (leftMs === undefined) given.inTrouble = true
  if (leftMs === undefined && world.plan.hangs)
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
  await new Promise<void>((resolve) => clock.after(tookMs, resolve))
  if (leftMs === undefined) throw new TypeError('no broker')
  const endsAt = now + leftMs
  Object.assign(given, { inTrouble: false, endsAt, hardAt: endsAt - hardMarginMs(leftMs) })
  const token = { access_token: `token-${endsAt}`, token_id: `${endsAt}`, token_type: 'Bearer' }
  const item = { id: '0', audience: 'a', ...token, expires_in: leftMs / 1_000 }
  return { server_time: now, tokens: [{ ...item, resource: 'https://vault.example/' }] }
}

async function call(
  { clock, calls }: Stage,
  { tokens, given }: { tokens: TokenClient; given: Given },
): Promise<void> {
  const { hardAt, endsAt, inTrouble } = given
  const now = clock.mono()
  const served = await tokens.getToken('a').then(
    () => true,
    () => false,
  )
  if (inTrouble || !served) countCall(calls, { now, served, hardAt, endsAt })
}
