/** What many callers cost at once, and what the broker and the vaults see of them. */
import { createTokenClient, isTokenError, type TokenClient } from '../src/index.ts'
import { createFakeBroker, createManualClock, settle } from '../src/testing/index.ts'
import type { Figure } from './figure.ts'
import { compare } from './rounds.ts'
import { NAMES } from './scene.ts'

const BROKER = 'https://app.example/api/broker'
const CALLERS = 10_000
const LATENCY_MS = 20

const audiences = Object.fromEntries(NAMES.map((name) => [name, {}]))

export default async function figures(): Promise<Figure[]> {
  return [...(await expiredAtOnce()), ...(await revokedInFlight()), ...(await brokerDown())]
}

/** A client whose tokens have all expired, before a broker that takes a while. */
async function expired() {
  const clock = createManualClock()
  const broker = createFakeBroker({ clock, audiences, latencyMs: LATENCY_MS, lifetimeSeconds: 300 })
  // Hidden, so that nothing is renewed before anybody asks.
  const wakeSignals = { listen: () => () => {}, hidden: () => true, online: () => true }
  const client = createTokenClient(BROKER, { clock, fetch: broker.fetch, wakeSignals })
  const first = Promise.all(NAMES.map((name) => client.getToken(name)))
  await clock.advance(LATENCY_MS)
  await first
  await clock.advance(3_600_000)
  return { client, clock, broker }
}

/** Map and promise, nothing else: whoever asks for what is on its way waits for it. */
function singleFlight(fetchAll: () => Promise<void>): (name: string) => Promise<string> {
  let flight: Promise<void> | undefined
  const tokens = new Map<string, string>()
  return async (name) => {
    const known = tokens.get(name)
    if (known) return known
    flight ??= fetchAll()
    await flight
    for (const one of NAMES) tokens.set(one, one)
    return tokens.get(name) ?? ''
  }
}

async function expiredAtOnce(): Promise<Figure[]> {
  let requests = 0
  const callAll = (get: (name: string) => Promise<unknown>) =>
    Promise.all(Array.from({ length: CALLERS }, (_, at) => get(NAMES[at % NAMES.length] ?? '')))
  // Made beforehand: only the callers are measured.
  const ready = await Promise.all(Array.from({ length: 24 }, expired))
  const rounds = await compare(
    {
      least: async () => {
        const clock = createManualClock()
        const get = singleFlight(() => new Promise((done) => void clock.after(LATENCY_MS, done)))
        const all = callAll(get)
        await clock.advance(LATENCY_MS)
        await all
      },
      client: async () => {
        const { client, clock, broker } = ready.pop() ?? (await expired())
        const before = broker.requests().length
        const all = callAll(client.getToken)
        await clock.advance(LATENCY_MS)
        await all
        requests = Math.max(requests, broker.requests().length - before)
        client.dispose()
      },
    },
    { rounds: 20, count: CALLERS },
  )
  const value = rounds.difference('client', 'least') / 1_000
  return [
    {
      name: '10,000 gets over 30 expired audiences: broker requests',
      value: requests,
      limit: 1,
      unit: '',
    },
    {
      name: '10,000 gets: CPU per caller over a hand-written single flight',
      value,
      limit: 1.5,
      unit: 'µs',
    },
  ]
}

async function revokedInFlight(): Promise<Figure[]> {
  const clock = createManualClock()
  const broker = createFakeBroker({ clock, audiences: { cards: {} }, latencyMs: LATENCY_MS })
  let calls = 0
  const vault: typeof fetch = async (_, init) => {
    const number = calls
    calls += 1
    // Late answers: some of the first calls are refused when others have been replayed already.
    await new Promise<void>((done) => void clock.after(5 + (number % 56), done))
    const sent = new Headers(init?.headers).get('Authorization')
    const isGood = sent === `Bearer ${broker.tokenTexts()[1]}`
    return new Response('', { status: isGood ? 200 : 401 })
  }
  const client = createTokenClient(BROKER, {
    clock,
    fetch: (input, init) =>
      `${input as string}`.startsWith(BROKER) ? broker.fetch(input, init) : vault(input, init),
  })
  const first = client.getToken('cards')
  await clock.advance(LATENCY_MS)
  await first
  const vaultFetch = client.fetchFor('cards')
  const all = Promise.all(Array.from({ length: 1_000 }, () => vaultFetch('/x')))
  await clock.advance(1_000)
  const failed = (await all).filter(({ ok }) => !ok).length
  client.dispose()
  return [
    {
      name: '1,000 calls in flight at a revocation: mints',
      value: broker.mints() - 1,
      limit: 1,
      unit: '',
    },
    {
      name: '1,000 calls in flight at a revocation: vault calls',
      value: calls,
      limit: 2_000,
      unit: '',
    },
    { name: '1,000 calls in flight at a revocation: failed', value: failed, limit: 0, unit: '' },
  ]
}

/** Ten bursts of 100 callers, 50 ms apart, at a broker that answers 503 without saying for how long. */
async function brokerDown(): Promise<Figure[]> {
  let most = 0
  let slowestMs = 0
  let untyped = 0
  for (let run = 0; run < 200; run += 1) {
    const clock = createManualClock()
    const broker = createFakeBroker({ clock, audiences: { cards: {} }, latencyMs: LATENCY_MS })
    broker.failNext({ error: 'temporarily_unavailable', times: 1_000 })
    const client = createTokenClient(BROKER, { clock, fetch: broker.fetch })
    const waits: Promise<number>[] = []
    for (let burst = 0; burst < 10; burst += 1) {
      for (let caller = 0; caller < 100; caller += 1) waits.push(waitOf(client, clock.mono))
      await clock.advance(50)
    }
    await settle()
    most = Math.max(most, broker.requests().length)
    const took = await Promise.all(waits)
    untyped += took.filter(Number.isNaN).length
    slowestMs = Math.max(slowestMs, ...took.map((ms) => ms - LATENCY_MS))
    client.dispose()
  }
  const title = '10 bursts of 100 callers at a broker that answers 503'
  return [
    { name: `${title}: requests, the most of 200 runs`, value: most, limit: 3, unit: '' },
    { name: `${title}: longest wait after the failure`, value: slowestMs, limit: 100, unit: 'ms' },
    {
      name: `${title}: errors that do not say when to come back`,
      value: untyped,
      limit: 0,
      unit: '',
    },
  ]
}

/** Milliseconds until the caller was told; NaN if not when to come back. */
async function waitOf(client: TokenClient, now: () => number): Promise<number> {
  const since = now()
  const error: unknown = await client.getToken('cards').catch((cause: unknown) => cause)
  return isTokenError(error) && error.retryAt ? now() - since : Number.NaN
}
