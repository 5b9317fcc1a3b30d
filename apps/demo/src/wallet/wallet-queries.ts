/** The queries of the wallet, for components. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useVaultQuery } from '@valetkey/react'
import { loadStats } from '../people/use-stats.ts'
import { tokens } from '../tokens.ts'
import {
  readCredentials,
  readDids,
  readKeys,
  readSources,
  type WalletPlace,
} from './wallet-service.ts'

export type Shelf = 'keys' | 'dids' | 'credentials' | 'sources'

const READ_MS = 4000
const READERS = {
  keys: readKeys,
  dids: readDids,
  credentials: readCredentials,
  sources: readSources,
}

/** What is on one shelf of the wallet, read again and again. */
export function useShelf(place: WalletPlace, shelf: Shelf) {
  return useVaultQuery({
    queryKey: ['wallet', place.audience, shelf],
    queryFn: async (): Promise<readonly object[]> => READERS[shelf](place),
    refetchInterval: READ_MS,
    retry: false,
  })
}

/** Throws away what this page has of the key, and asks the broker again; gives how many keys were made for it. */
export function useAskAgain(place: WalletPlace) {
  const cache = useQueryClient()
  return useMutation({
    async mutationFn() {
      const before = await loadStats()
      tokens.invalidate(place.audience)
      await readKeys(place)
      const after = await loadStats()
      return after.walletKeysForAll - before.walletKeysForAll
    },
    onSettled: () => cache.invalidateQueries({ queryKey: ['stats'] }),
  })
}
