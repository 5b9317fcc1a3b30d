/** The queries and mutations of patient notes, for components. */
import { keepPreviousData, useQueryClient, type UseQueryResult } from '@tanstack/react-query'
import { useVaultMutation, useVaultQuery } from '@valetkey/react'
import { vaultQueryKey } from '@valetkey/react/query'
import type { FindResult } from '@valetkey/secretvault'
import { nodeIn } from '../audiences.ts'
import { useDelivery } from '../delivery.ts'
import type { NodeView } from '../session.ts'
import { tokens } from '../tokens.ts'
import { readStored } from './node-notes.ts'
import { deleteNote, type NoteRecord, readNotes, writeNote } from './patient-notes.ts'
import type { NoteDraft } from './samples.ts'

const TRAFFIC_MS = 2000
const STORED_MS = 5000

// No `signal` here: a read under way is cheap to let finish, and given up it would look like a failure
// to those who watch the network.

/** The joined notes; read again and again while `isSteady`. */
export function useNotes(isSteady: boolean): UseQueryResult<FindResult<NoteRecord>> {
  const { delivery } = useDelivery()
  return useVaultQuery({
    queryKey: ['notes', 'joined', delivery],
    queryFn: () => readNotes(delivery),
    refetchInterval: isSteady && TRAFFIC_MS,
    // Another way to the same notes: what is shown stays until they are there.
    placeholderData: keepPreviousData,
    retry: false,
  })
}

/** What one node stores of a note, or of its newest one. `null` if it stores none. */
export function useStoredShare(node: NodeView, noteId: string | undefined) {
  const { delivery } = useDelivery()
  return useVaultQuery({
    queryKey: ['notes', 'stored', node.did, delivery],
    queryFn: () => readStored(nodeIn(delivery, node.did)),
    refetchInterval: STORED_MS,
    select: (notes) => notes.find(({ id }) => id === noteId) ?? notes[0] ?? null,
    // Another way to the same notes: what is shown stays until they are there.
    placeholderData: keepPreviousData,
    retry: false,
  })
}

export function useWriteNote() {
  const cache = useQueryClient()
  const { delivery } = useDelivery()
  return useVaultMutation({
    mutationFn: (draft: NoteDraft) => writeNote(delivery, draft),
    onSettled: () => cache.invalidateQueries({ queryKey: vaultQueryKey(tokens, ['notes']) }),
  })
}

export function useDeleteNote() {
  const cache = useQueryClient()
  const { delivery } = useDelivery()
  return useVaultMutation({
    mutationFn: (id: string) => deleteNote(delivery, id),
    onSettled: () => cache.invalidateQueries({ queryKey: vaultQueryKey(tokens, ['notes']) }),
  })
}
