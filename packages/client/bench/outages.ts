/** Plays a revocation and an outage to many callers on a manual clock, counts what it costs. */
import { createTokenClient, isTokenError, type TokenClient } from '../src/index.ts'
import { createFakeBroker, createManualClock, settle } from '../src/testing/index.ts'

const BROKER = 'https://app.example/api/broker'
const LATENCY_MS = 20

export interface Revocation {
  readonly mints: number
  readonly vaultCalls: number
  readonly failed: number
}

/** 1,000 calls are in flight when their token is revoked; the vault answers after 5 to 60 ms. */
export async function revocation(): Promise<Revocation> {
  const clock = createManualClock()
  const broker = createFakeBroker({ clock, audiences: { cards: {} }, latencyMs: LATENCY_MS })
  let vaultCalls = 0
  const vault: typeof fetch = async (_, init) => {
    const number = vaultCalls
    vaultCalls += 1
    // Late answers: some of the first calls are refused when others have been replayed already.
    await new Promise<void>((done) => void clock.after(5 + (number % 56), done))
    const sent = new Headers(init?.headers).get('Authorization')
    const isGood = sent === `Bearer ${broker.tokenTexts()[1]}`
    return new Response('', { status: isGood ? 200 : 401 })
  }
  const client = createTokenClient(BROKER, {
    clock,
    fetch: (input, init) =>
      (input as string).startsWith(BROKER) ? broker.fetch(input, init) : vault(input, init),
  })
  const first = client.getToken('cards')
  await clock.advance(LATENCY_MS)
  await first
  const vaultFetch = client.fetchFor('cards')
  const all = Promise.all(Array.from({ length: 1_000 }, () => vaultFetch('/x')))
  await clock.advance(1_000)
  const failed = (await all).filter(({ ok }) => !ok).length
  client.dispose()
  return { mints: broker.mints() - 1, vaultCalls, failed }
}

export interface Outage {
  readonly requests: number
  /** From the failure to the last caller's answer. */
  readonly slowestMs: number
  /** Callers who were not told when to come back. */
  readonly untold: number
}

/** Ten bursts of 100 callers, 50 ms apart, at a broker that answers 503 without saying for how long. */
export async function outage(): Promise<Outage> {
  const clock = createManualClock()
  const broker = createFakeBroker({ clock, audiences: { cards: {} }, latencyMs: LATENCY_MS })
  broker.failNext({ error: 'temporarily_unavailable', times: 1_000 })
  const client = createTokenClient(BROKER, { clock, fetch: broker.fetch })
  const waits: Promise<number>[] = []
  for (let burst = 0; burst < 10; burst += 1) {
    for (let caller = 0; caller < 100; caller += 1) waits.push(waitOf(client, () => clock.mono()))
    await clock.advance(50)
  }
  await settle()
  const requests = broker.requests().length
  const tookMs = await Promise.all(waits)
  client.dispose()
  const slowestMs = Math.max(...tookMs) - LATENCY_MS
  return { requests, slowestMs, untold: tookMs.filter(Number.isNaN).length }
}

/** Milliseconds until the caller was told; NaN if not when to come back. */
async function waitOf(client: TokenClient, now: () => number): Promise<number> {
  const since = now()
  const error: unknown = await client.getToken('cards').catch((cause: unknown) => cause)
  return isTokenError(error) && error.retryAt ? now() - since : Number.NaN
}
