/** The notes as read from all nodes and joined. */
import type { NodeRef } from '@valetkey/secretvault'
import type { ReactElement } from 'react'
import type { NodeView } from '../session.ts'
import { AlertIcon } from '../ui/icons.tsx'
import { Problem } from '../ui/problem.tsx'
import { NoteItem } from './note-item.tsx'
import { useDeleteNote, type useNotes } from './note-queries.ts'

interface NoteListProps {
  nodes: readonly NodeView[]
  notes: ReturnType<typeof useNotes>
  chosenId: string | undefined
  onChoose: (id: string) => void
}

export function NoteList({ nodes, notes, chosenId, onChoose }: NoteListProps): ReactElement {
  const remove = useDeleteNote()
  const { data } = notes
  const isEmpty = data?.records.length === 0 && data.incomplete.length === 0
  return (
    <div className="min-w-0">
      <output className="block">
        {data && data.missing.length > 0 && (
          <span className="mb-3 flex items-start gap-2 rounded-lg bg-bad-wash px-3 py-2 text-sm text-bad">
            <AlertIcon className="mt-0.5 shrink-0" />
            {namesOf(data.missing, nodes)} did not answer. Without that share no diagnosis can be
            joined.
          </span>
        )}
      </output>
      {notes.isError && !data && <Problem error={notes.error} title="The notes cannot be read." />}
      {isEmpty && (
        <p className="rounded-xl border border-dashed border-line-strong p-6 text-center text-sm text-muted">
          No note yet. Store the one that is ready, then watch where its diagnosis goes.
        </p>
      )}
      <ul className="grid gap-2" aria-label="Patient notes">
        {data?.records.map(({ _id, name, diagnosis }) => (
          <NoteItem
            key={_id}
            name={name}
            diagnosis={diagnosis}
            isChosen={_id === chosenId}
            onChoose={() => onChoose(_id)}
            onDelete={() => remove.mutate(_id)}
          />
        ))}
        {data?.incomplete.map(({ _id, plaintext, missingFrom }) => (
          <li key={_id} className="rounded-xl border border-dashed border-bad/60 p-3 text-sm">
            <span className="font-semibold">{plaintext.name ?? 'A note'}</span>{' '}
            <span className="text-muted">
              cannot be joined: the share of {namesOf(missingFrom, nodes)} is missing.
            </span>
          </li>
        ))}
      </ul>
      {remove.isError && (
        <Problem error={remove.error} title="The note was not deleted everywhere." />
      )}
    </div>
  )
}

function namesOf(refs: readonly NodeRef[], nodes: readonly NodeView[]): string {
  const names = refs.map((ref) => {
    const position = nodes.findIndex(({ did }) => did === ref.did)
    return position === -1 ? ref.audience : `Node ${position + 1}`
  })
  return names.join(' and ')
}
