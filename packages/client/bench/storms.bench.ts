/** What many callers cost at once, and what the broker and the vaults see of them. */
import { createTokenClient } from '../src/index.ts'
import { createFakeBroker, createManualClock } from '../src/testing/index.ts'
import type { Figure } from './figure.ts'
import { type Outage, outage, revocation } from './outages.ts'
import { compare } from './rounds.ts'
import { NAMES } from './scene.ts'

const BROKER = 'https://app.example/api/broker'
const CALLERS = 10_000
const LATENCY_MS = 20
const OUTAGES = 200

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
        const all = callAll((name) => client.getToken(name))
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
  const { mints, vaultCalls, failed } = await revocation()
  const title = '1,000 calls in flight at a revocation'
  return [
    { name: `${title}: mints`, value: mints, limit: 1, unit: '' },
    { name: `${title}: vault calls`, value: vaultCalls, limit: 2_000, unit: '' },
    { name: `${title}: failed`, value: failed, limit: 0, unit: '' },
  ]
}

async function brokerDown(): Promise<Figure[]> {
  const runs: Outage[] = []
  for (let run = 0; run < OUTAGES; run += 1) runs.push(await outage())
  const most = (of: keyof Outage) => Math.max(...runs.map((one) => one[of]))
  const title = `10 bursts of 100 callers at a broker that answers 503, the most of ${OUTAGES} runs`
  return [
    { name: `${title}: requests`, value: most('requests'), limit: 3, unit: '' },
    { name: `${title}: wait after the failure`, value: most('slowestMs'), limit: 100, unit: 'ms' },
    { name: `${title}: not told when to come back`, value: most('untold'), limit: 0, unit: '' },
  ]
}
