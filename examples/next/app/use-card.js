'use client'
/** The card from the vault, read once for all who show something of it. */
import { useFetchFor, useSuspenseVaultQuery, useVaultQuery } from '@valetkey/react'

function useCardOptions() {
  const fetchCards = useFetchFor('cards')
  return {
    queryKey: ['card'],
    // Who mounts a moment later shows what is there.
    staleTime: 10_000,
    queryFn: async ({ signal }) => {
      const answer = await fetchCards('card', { signal })
      if (!answer.ok) throw new Error(`the vault answers ${answer.status}`)
      return answer.json()
    },
  }
}

export const useCard = () => useVaultQuery(useCardOptions())

/** Suspends until it is there. */
export const useSuspenseCard = () => useSuspenseVaultQuery(useCardOptions())
