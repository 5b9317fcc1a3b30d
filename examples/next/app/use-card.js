'use client'
/** The card from the vault, read once for all who show something of it. */
import { useFetchFor, useVaultQuery } from '@valetkey/react'

export function useCard() {
  const fetchCards = useFetchFor('cards')
  return useVaultQuery({
    queryKey: ['card'],
    // Who mounts a moment later shows what is there.
    staleTime: 10_000,
    queryFn: async ({ signal }) => {
      const answer = await fetchCards('card', { signal })
      if (!answer.ok) throw new Error(`the vault answers ${answer.status}`)
      return answer.json()
    },
  })
}
