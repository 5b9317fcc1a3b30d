/** What a client costs while its tokens are fresh, beside the least that anybody could write. */
import ky from 'ky'
import { createTokenClient, type TokenClient } from '../src/index.ts'
import { createFakeBroker } from '../src/testing/index.ts'
import { systemClock } from '../src/clock.ts'
import { compare } from './rounds.ts'

const BROKER = 'https://app.example/api/broker'
const NAMES = Array.from({ length: 30 }, (_, at) => `vault-${at}`)
const URL_OF_CALL = 'https://vault-1.vault.example/v1/records/1'

export interface Figure {
  readonly name: string
  readonly value: number
  readonly limit: number
  readonly unit: string
}

/** Answers like a vault, with nothing behind it. */
const stub: typeof fetch = async () => new Response('{"ok":true}')

export default async function figures(): Promise<Figure[]> {
  const client = await warmClient()
  const found = [...(await tokens(client)), ...(await snapshots(client)), ...(await calls(client))]
  client.dispose()
  return found
}

async function warmClient(): Promise<TokenClient> {
  const audiences = Object.fromEntries(NAMES.map((name) => [name, {}]))
  const broker = createFakeBroker({ clock: systemClock, audiences, lifetimeSeconds: 3_600 })
  const client = createTokenClient(BROKER, {
    fetch: (input, init) =>
      (input as string).startsWith(BROKER) ? broker.fetch(input, init) : stub(input, init),
  })
  await Promise.all(NAMES.map((name) => client.getToken(name)))
  return client
}

async function tokens(client: TokenClient): Promise<Figure[]> {
  const ends = { wall: Date.now() + 3_600_000, mono: performance.now() + 3_600_000 }
  const known = new Map(NAMES.map((name) => [name, { value: name, ...ends }]))
  const least = async (name: string) => {
    const token = known.get(name)
    if (token && token.wall > Date.now() && token.mono > performance.now()) return token
    throw new Error('none')
  }
  const asking = (get: (name: string) => Promise<unknown>) => async (count: number) => {
    for (let at = 0; at < count; at += 1) await get(NAMES[at % NAMES.length] ?? '')
  }
  const rounds = await compare(
    { least: asking(least), client: asking((name) => client.getToken(name)) },
    { rounds: 15, count: 200_000 },
  )
  console.error('getToken ns', rounds.nsOf)
  return [
    {
      name: 'getToken, fresh, over an async function that reads a Map and both clocks',
      value: rounds.ratio('client', 'least'),
      limit: 1.2,
      unit: '×',
    },
  ]
}

async function snapshots(client: TokenClient): Promise<Figure[]> {
  const known = new Map(NAMES.map((name) => [name, client.status(name)]))
  let ready = 0
  const reading = (get: (name: string) => { status: string } | undefined) => (count: number) => {
    for (let at = 0; at < count; at += 1)
      if (get(NAMES[at % NAMES.length] ?? '')?.status === 'ready') ready += 1
  }
  const rounds = await compare(
    { least: reading((name) => known.get(name)), client: reading((name) => client.status(name)) },
    { rounds: 15, count: 3_000_000 },
  )
  console.error('status ns', rounds.nsOf, ready > 0)
  return [
    {
      name: 'status, nothing changed, over a Map read',
      value: rounds.ratio('client', 'least'),
      limit: 1.5,
      unit: '×',
    },
  ]
}

async function calls(client: TokenClient): Promise<Figure[]> {
  const plainKy = ky.create({ fetch: stub })
  const ourKy = ky.create({ fetch: client.fetchFor('vault-1') })
  const vault = client.fetchFor('vault-1')
  const calling = (call: () => Promise<Response>) => async (count: number) => {
    for (let at = 0; at < count; at += 1) await (await call()).text()
  }
  const rounds = await compare(
    {
      plain: calling(() => stub(URL_OF_CALL)),
      least: calling(() => stub(URL_OF_CALL, { headers: { Authorization: 'Bearer x' } })),
      client: calling(() => vault(URL_OF_CALL)),
    },
    { rounds: 25, count: 20_000 },
  )
  const kys = await compare(
    { plain: calling(() => plainKy(URL_OF_CALL)), client: calling(() => ourKy(URL_OF_CALL)) },
    { rounds: 15, count: 3_000 },
  )
  console.error('fetch ns', rounds.nsOf, kys.nsOf)
  return [
    {
      name: 'fetchFor, over the same fetch without a token',
      value: rounds.difference('client', 'plain') / 1_000,
      limit: 2.5,
      unit: 'µs',
    },
    {
      name: 'ky on fetchFor, over plain ky',
      value: kys.ratio('client', 'plain'),
      limit: 1.15,
      unit: '×',
    },
  ]
}
