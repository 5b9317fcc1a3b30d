/** Counts round trips until the first authorized answers of several vaults, on a simulated network. */
import { createTokenClient, type TokenClientOptions } from '../src/index.ts'
import { createFakeBroker, createManualClock, type ManualClock } from '../src/testing/index.ts'

const BROKER = 'https://app.example/api/broker'
const ROUND_TRIP_MS = 50

interface Network {
  readonly preconnect: (origin: string) => void
  readonly fetch: typeof fetch
}

/** A new host costs two round trips (TCP, TLS 1.3), its first call with a token a preflight. */
function network(clock: ManualClock, isCold: boolean): Network {
  const connections = new Map<string, Promise<void>>()
  const pause = (trips: number) =>
    new Promise<void>((done) => void clock.after(trips * ROUND_TRIP_MS, done))
  const connected = (origin: string) => {
    const known = connections.get(origin) ?? (isCold ? pause(2) : Promise.resolve())
    connections.set(origin, known)
    return known
  }
  return {
    preconnect: (address) => void connected(new URL(address).origin),
    async fetch(input) {
      await connected(new URL(input as string).origin)
      await pause(isCold ? 2 : 1)
      return new Response('{}')
    },
  }
}

export async function roundTrips(
  vaults: number,
  { isCold, isKnown }: { isCold: boolean; isKnown: boolean },
): Promise<number> {
  const clock = createManualClock()
  const names = Array.from({ length: vaults }, (_, at) => `vault-${at}`)
  const audiences = Object.fromEntries(names.map((name) => [name, {}]))
  const origins = Object.fromEntries(names.map((name) => [name, [`https://${name}.vault.example`]]))
  const broker = createFakeBroker({ clock, audiences, latencyMs: ROUND_TRIP_MS })
  const net = network(clock, isCold)
  const options: TokenClientOptions = {
    clock,
    preconnect: net.preconnect,
    fetch: (input, init) =>
      (input as string).startsWith(BROKER) ? broker.fetch(input, init) : net.fetch(input, init),
    ...(isKnown ? { origins } : {}),
  }
  const client = createTokenClient(BROKER, options)
  let answeredAtMs = 0
  const calls = names.map(async (name) => {
    await client.fetchFor(name)('/v1/records')
    answeredAtMs = Math.max(answeredAtMs, clock.mono())
  })
  await clock.advance(20 * ROUND_TRIP_MS)
  await Promise.all(calls)
  client.dispose()
  return answeredAtMs / ROUND_TRIP_MS
}
