/** How many round trips pass until the first authorized answers of several vaults. */
import type { Figure } from './figure.ts'
import { roundTrips } from './round-trips.ts'

export default async function figures(): Promise<Figure[]> {
  const found: Figure[] = []
  for (const vaults of [1, 10, 30]) {
    const name = `round trips to the first authorized answers of ${vaults}`
    const warm = await roundTrips(vaults, { isCold: false, isKnown: false })
    const known = await roundTrips(vaults, { isCold: true, isKnown: true })
    const unknown = await roundTrips(vaults, { isCold: true, isKnown: false })
    found.push(
      { name: `${name}, connected`, value: warm, limit: 2, unit: '' },
      { name: `${name}, cold, origins known`, value: known, limit: 4, unit: '' },
      { name: `${name}, cold, origins unknown`, value: unknown, limit: 5, unit: '' },
    )
  }
  return found
}
