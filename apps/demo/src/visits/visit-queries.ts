/** The queries and mutations of visits, for components. */
import { keepPreviousData, useQueryClient } from '@tanstack/react-query'
import { useVaultMutation, useVaultQuery } from '@valetkey/react'
import { vaultQueryKey } from '@valetkey/react/query'
import { tokens } from '../tokens.ts'
import {
  deleteVisit,
  listVisits,
  readVisit,
  type Visit,
  type VisitsPlace,
  writeVisit,
} from './visit-database.ts'

const READ_MS = 3000

/** The keys that begin with a prefix, listed again and again. */
export function useVisitKeys(place: VisitsPlace, prefix: string) {
  return useVaultQuery({
    queryKey: ['visits', 'keys', place.audience, prefix],
    queryFn: () => listVisits(place, prefix),
    refetchInterval: READ_MS,
    placeholderData: keepPreviousData,
    retry: false,
  })
}

/** The visit under a key. */
export function useVisit(place: VisitsPlace, key: string) {
  return useVaultQuery({
    queryKey: ['visits', 'value', place.audience, key],
    queryFn: () => readVisit(place, key),
    retry: false,
  })
}

export function useWriteVisit(place: VisitsPlace) {
  const cache = useQueryClient()
  return useVaultMutation({
    mutationFn: (entry: { key: string; visit: Visit }) => writeVisit(place, entry),
    onSettled: () => cache.invalidateQueries({ queryKey: vaultQueryKey(tokens, ['visits']) }),
  })
}

export function useDeleteVisit(place: VisitsPlace) {
  const cache = useQueryClient()
  return useVaultMutation({
    mutationFn: (key: string) => deleteVisit(place, key),
    onSettled: () =>
      cache.invalidateQueries({ queryKey: vaultQueryKey(tokens, ['visits', 'keys']) }),
  })
}
