/** The queries and mutations of patient notes, for components. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useVaultQuery } from '@valetkey/react'
import type { NodeView } from '../session.ts'
import { readStored } from './node-notes.ts'
import { deleteNote, readNotes, writeNote } from './patient-notes.ts'
import type { NoteDraft } from './samples.ts'

const TRAFFIC_MS = 2000
const STORED_MS = 5000
const ROOT = ['valetkey']

// No `signal` here: a read under way is cheap to let finish, and given up it would look like a failure
// to those who watch the network.

/** The joined notes; read again and again while `isSteady`. */
export function useNotes(isSteady: boolean) {
  return useVaultQuery({
    queryKey: ['notes'],
    queryFn: () => readNotes(),
    refetchInterval: isSteady && TRAFFIC_MS,
    retry: false,
  })
}

/** What one node stores of a note, or of its newest one. `null` if it stores none. */
export function useStoredShare(node: NodeView, noteId: string | undefined) {
  return useVaultQuery({
    queryKey: ['stored', node.did],
    queryFn: () => readStored(node.audience),
    refetchInterval: STORED_MS,
    select: (notes) => notes.find(({ id }) => id === noteId) ?? notes[0] ?? null,
    retry: false,
  })
}

export function useWriteNote() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (draft: NoteDraft) => writeNote(draft.name, draft.diagnosis),
    onSettled: () => cache.invalidateQueries({ queryKey: ROOT }),
  })
}

export function useDeleteNote() {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => deleteNote(id),
    onSettled: () => cache.invalidateQueries({ queryKey: ROOT }),
  })
}
