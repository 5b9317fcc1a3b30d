/** The queries and mutations of patients, for components. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useVaultQuery } from '@valetkey/react'
import {
  insertPatient,
  type Patient,
  type PatientsPlace,
  readPatients,
  revealTokens,
  type Shown,
} from './patient-vault.ts'

const READ_MS = 3000
const ROOT = ['valetkey']

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
  return useMutation({
    mutationFn: (patient: Patient) => insertPatient(place, patient),
    onSettled: () => cache.invalidateQueries({ queryKey: ROOT }),
  })
}

export function useRevealTokens(place: PatientsPlace) {
  return useMutation({
    mutationFn: (patientTokens: readonly string[]) => revealTokens(place, patientTokens),
  })
}
