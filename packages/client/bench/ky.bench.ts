/** What ky costs on top of `fetchFor`, over ky alone. */
import ky from 'ky'
import type { Figure } from './figure.ts'
import { compare } from './rounds.ts'
import { vaultStub, warmClient } from './scene.ts'

const ADDRESS = 'https://vault-1.vault.example/v1/records/1'

export default async function figures(): Promise<Figure[]> {
  const { client } = await warmClient()
  const plain = ky.create({ fetch: vaultStub })
  const ours = ky.create({ fetch: client.fetchFor('vault-1') })
  const calling = (call: typeof plain) => async (count: number) => {
    for (let at = 0; at < count; at += 1) await call(ADDRESS).json()
  }
  const rounds = await compare(
    { plain: calling(plain), client: calling(ours) },
    { rounds: 31, count: 3_000 },
  )
  client.dispose()
  const value = rounds.ratio('client', 'plain')
  return [{ name: 'ky on fetchFor, over plain ky', value, limit: 1.15, unit: '×' }]
}
