/** The ids of patients stored from this page, newest first. An id opens nothing, so the next user may have it. */
import { useSyncExternalStore } from 'react'

/** As many as one call reads. */
const KEPT = 5

let ids: readonly string[] = []
const listeners = new Set<() => void>()

export function rememberPatient(id: string): void {
  ids = [id, ...ids].slice(0, KEPT)
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

export function usePatientIds(): readonly string[] {
  return useSyncExternalStore(subscribe, () => ids)
}
