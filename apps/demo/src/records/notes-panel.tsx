/** The SecretVault panel: write a note, read the notes back joined. */
import { Switch } from 'radix-ui'
import { type ReactElement, useState } from 'react'
import { nodeIn } from '../audiences.ts'
import { CodeThatRan } from '../code/code-that-ran.tsx'
import { type FirstNode, readCode, writeCode } from '../code/note-code.ts'
import { type Delivery, useDelivery } from '../delivery.ts'
import type { NodeView } from '../session.ts'
import { NoteForm } from './note-form.tsx'
import { NoteList } from './note-list.tsx'
import { useNotes } from './note-queries.ts'

interface NotesPanelProps {
  nodes: readonly NodeView[]
  chosenId: string | undefined
  onChoose: (id: string | undefined) => void
}

export function NotesPanel({ nodes, chosenId, onChoose }: NotesPanelProps): ReactElement {
  const [isSteady, setSteady] = useState(true)
  const { delivery } = useDelivery()
  const first = firstOf(nodes, delivery)
  const notes = useNotes(isSteady)
  return (
    <section aria-labelledby="notes-title" className="panel min-w-0 p-5">
      <h2 id="notes-title" className="text-lg font-semibold tracking-tight">
        Notes in SecretVault
      </h2>
      <div className="mt-4">
        <NoteForm nodes={nodes} onWritten={onChoose} />
        {first && <CodeThatRan action="Split and store" code={writeCode(first)} />}
      </div>
      <div className="mt-6 mb-3 flex items-center justify-between gap-4">
        <h3 className="text-sm font-semibold">Read back, joined</h3>
        <div className="flex items-center gap-2 text-sm text-muted">
          <label htmlFor="steady">Read every 2 s</label>
          <Switch.Root
            id="steady"
            checked={isSteady}
            onCheckedChange={setSteady}
            className="h-6 w-11 rounded-full border border-line-strong bg-sunken p-0.5 data-[state=checked]:border-brass-deep data-[state=checked]:bg-brass"
          >
            <Switch.Thumb className="block size-4.5 rounded-full bg-line-strong transition-transform data-[state=checked]:translate-x-5 data-[state=checked]:bg-[#1a1300]" />
          </Switch.Root>
        </div>
      </div>
      <NoteList nodes={nodes} notes={notes} chosenId={chosenId} onChoose={onChoose} />
      {first && <CodeThatRan action="Read back, joined" code={readCode(first)} />}
    </section>
  )
}

function firstOf([node]: readonly NodeView[], delivery: Delivery): FirstNode | undefined {
  return node && { audience: nodeIn(delivery, node.did), url: node.url }
}
