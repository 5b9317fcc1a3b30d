/** The form that writes a patient's note. */
import { type FormEvent, type ReactElement, useState } from 'react'
import type { NodeView } from '../session.ts'
import { LockIcon } from '../ui/icons.tsx'
import { Problem } from '../ui/problem.tsx'
import { useWriteNote } from './note-queries.ts'
import { nextSample } from './samples.ts'
import { WriteOutcome } from './write-outcome.tsx'

interface NoteFormProps {
  nodes: readonly NodeView[]
  /** Called with the id of a note once all nodes hold their share. */
  onWritten: (id: string | undefined) => void
}

export function NoteForm({ nodes, onWritten }: NoteFormProps): ReactElement {
  const [note, setNote] = useState(nextSample)
  const write = useWriteNote()

  function submit(event: FormEvent): void {
    event.preventDefault()
    if (write.isPending) return
    write.mutate(note, {
      onSuccess({ ids }) {
        onWritten(ids[0])
        setNote(nextSample())
      },
    })
  }

  return (
    <form onSubmit={submit} className="grid grid-cols-1 gap-4">
      <div className="grid gap-1.5">
        <span className="flex items-baseline justify-between text-sm">
          <label htmlFor="note-name" className="font-medium">
            Patient
          </label>
          <span className="text-xs text-muted">the same on every node</span>
        </span>
        <input
          id="note-name"
          className="field"
          required
          maxLength={200}
          autoComplete="off"
          value={note.name}
          onChange={(event) => setNote({ ...note, name: event.target.value })}
        />
      </div>
      <div className="grid gap-1.5">
        <span className="flex items-baseline justify-between text-sm">
          <label htmlFor="note-diagnosis" className="flex items-center gap-1.5 font-medium">
            <LockIcon className="text-brass-deep" /> Diagnosis
          </label>
          <span className="text-xs text-muted">split into shares, one per node</span>
        </span>
        <textarea
          id="note-diagnosis"
          className="field resize-y"
          rows={2}
          required
          maxLength={1000}
          autoComplete="off"
          value={note.diagnosis}
          onChange={(event) => setNote({ ...note, diagnosis: event.target.value })}
        />
      </div>
      <button type="submit" className="button button-brass" aria-disabled={write.isPending}>
        {write.isPending ? 'Splitting and storing…' : 'Split and store'}
      </button>
      <WriteOutcome isPending={write.isPending} result={write.data} nodes={nodes} />
      {write.isError && <Problem error={write.error} title="The note was not stored." />}
    </form>
  )
}
