/** What a fresh token and an unchanged status cost, beside the least that anybody could write. */
import type { Figure } from './figure.ts'
import { compare } from './rounds.ts'
import { NAMES, warmClient } from './scene.ts'

const HOUR_MS = 3_600_000

export default async function figures(): Promise<Figure[]> {
  const { client } = await warmClient()
  const found = [
    await tokenCost((name) => client.getToken(name)),
    await statusCost((name) => client.status(name)),
  ]
  client.dispose()
  return found
}

/** Reads a Map and both clocks, as everybody must who does not hand out dead tokens. */
function leastGetToken(): (name: string) => Promise<unknown> {
  const ends = { wall: Date.now() + HOUR_MS, mono: performance.now() + HOUR_MS }
  const known = new Map(NAMES.map((name) => [name, { value: name, ...ends }]))
  return async (name) => {
    const token = known.get(name)
    if (token && token.wall > Date.now() && token.mono > performance.now()) return token
    throw new Error('none')
  }
}

async function tokenCost(getToken: (name: string) => Promise<unknown>): Promise<Figure> {
  const asking = (get: (name: string) => Promise<unknown>) => async (count: number) => {
    for (let at = 0; at < count; at += 1) await get(NAMES[at % NAMES.length] ?? '')
  }
  const rounds = await compare(
    { least: asking(leastGetToken()), client: asking(getToken) },
    { rounds: 21, count: 200_000 },
  )
  const name = 'getToken, fresh, over an async function that reads a Map and both clocks'
  return { name, value: rounds.ratio('client', 'least'), limit: 1.2, unit: '×' }
}

type Snapshot = { readonly status: string }

async function statusCost(status: (name: string) => Snapshot): Promise<Figure> {
  const known = new Map(NAMES.map((name) => [name, status(name)]))
  let ready = 0
  const reading = (get: (name: string) => Snapshot | undefined) => (count: number) => {
    for (let at = 0; at < count; at += 1)
      if (get(NAMES[at % NAMES.length] ?? '')?.status === 'ready') ready += 1
  }
  const rounds = await compare(
    { least: reading((name) => known.get(name)), client: reading(status) },
    { rounds: 21, count: 3_000_000 },
  )
  if (ready === 0) throw new Error('no status was ready: nothing was measured')
  const name = 'status, nothing changed, over a Map read'
  return { name, value: rounds.ratio('client', 'least'), limit: 1.5, unit: '×' }
}
