/** What attaching a token costs, over the same `fetch` without one. */
import type { Figure } from './figure.ts'
import { compare } from './rounds.ts'
import { vaultStub, warmClient } from './scene.ts'

const ADDRESS = 'https://vault-1.vault.example/v1/records/1'

export default async function figures(): Promise<Figure[]> {
  const { client } = await warmClient()
  const vault = client.fetchFor('vault-1')
  const calling = (call: typeof fetch) => async (count: number) => {
    for (let at = 0; at < count; at += 1) await call(ADDRESS)
  }
  const rounds = await compare(
    { plain: calling(vaultStub), client: calling(vault) },
    { rounds: 41, count: 20_000 },
  )
  const clones = await clonesOf(vault)
  client.dispose()
  const name = 'fetchFor, over the same fetch without a token'
  return [
    { name, value: rounds.difference('client', 'plain') / 1_000, limit: 2.5, unit: 'µs' },
    {
      name: 'clones of an OK answer, and of a request without a body',
      value: clones,
      limit: 0,
      unit: '',
    },
  ]
}

/** Counts what a call clones, of its request and of its answer. */
async function clonesOf(vault: typeof fetch): Promise<number> {
  let clones = 0
  const ends = [Request, Response].map(({ prototype }) => {
    const original: () => unknown = Reflect.get(prototype, 'clone')
    const counting = function clone(this: unknown) {
      clones += 1
      return original.call(this)
    }
    Reflect.set(prototype, 'clone', counting)
    return () => Reflect.set(prototype, 'clone', original)
  })
  await vault(ADDRESS)
  await vault(new Request(ADDRESS))
  for (const end of ends) end()
  return clones
}
