/** The queries and mutations of patients, for components. */
import { useQueryClient } from '@tanstack/react-query'
import { useVaultMutation, useVaultQuery } from '@valetkey/react'
import { vaultQueryKey } from '@valetkey/react/query'
import { tokens } from '../tokens.ts'
import {
  insertPatient,
  type Patient,
  type PatientsPlace,
  readPatients,
  revealTokens,
  type Shown,
} from './patient-vault.ts'

const READ_MS = 3000

/** The patients, read again and again. */
export function usePatients(place: PatientsPlace, ids: readonly string[], redaction: Shown) {
  return useVaultQuery({
    queryKey: ['patients', place.audience, ids, redaction],
    queryFn: () => readPatients(place, { ids, redaction }),
    refetchInterval: READ_MS,
    retry: false,
  })
}

export function useInsertPatient(place: PatientsPlace) {
  const cache = useQueryClient()
  return useVaultMutation({
    mutationFn: (patient: Patient) => insertPatient(place, patient),
    onSettled: () => cache.invalidateQueries({ queryKey: vaultQueryKey(tokens, ['patients']) }),
  })
}

export function useRevealTokens(place: PatientsPlace) {
  return useVaultMutation({
    mutationFn: (patientTokens: readonly string[]) => revealTokens(place, patientTokens),
  })
}
