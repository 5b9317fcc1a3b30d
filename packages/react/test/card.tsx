/** A component that shows a vault's card, and counts its renders. */
import type { QueryClient } from '@tanstack/react-query'
import { onTestFinished } from 'vitest'
import { useFetchFor, useVaultQuery } from '../src/index.ts'
import { type Broker, createHouse, readCard, tearDown } from './house.tsx'

export function setup(...options: Parameters<typeof createHouse>) {
  const house = createHouse(...options)
  onTestFinished(() => tearDown(house))
  const renders: string[] = []
  function Card({ id = '1', gcTime = 0 }: { id?: string; gcTime?: number }) {
    const fetchCards = useFetchFor<Broker>('cards')
    const { data, error, status } = useVaultQuery({
      queryKey: ['card', id],
      gcTime,
      queryFn: ({ signal }) => readCard(fetchCards, signal),
    })
    renders.push(id)
    return <p>{data ? `card of ${data.owner}` : (error?.message ?? status)}</p>
  }
  return { house, Card, renders }
}

export const keys = (queryClient: QueryClient) =>
  queryClient
    .getQueryCache()
    .getAll()
    .map((query) => query.queryKey)
