/** What one node really stores of a note: the name as it is, of the diagnosis a share. */
import type { ReactElement } from 'react'
import type { NodeView } from '../session.ts'
import { useStoredShare } from './note-queries.ts'

interface StoredShareProps {
  node: NodeView
  /** Without it the node's newest note is shown. */
  noteId: string | undefined
}

export function StoredShare({ node, noteId }: StoredShareProps): ReactElement {
  const { data, isError } = useStoredShare(node, noteId)
  return (
    <div className="mt-4 rounded-lg border border-line bg-sunken p-3 text-xs">
      <p className="eyebrow">What this node stores</p>
      {isError && <p className="mt-1.5 text-bad">It does not answer.</p>}
      {!isError && data === null && <p className="mt-1.5 text-muted">Nothing yet.</p>}
      {!isError && data && (
        <dl className="mt-1.5 grid gap-1.5 leading-relaxed">
          <div>
            <dt className="text-muted">name</dt>
            <dd className="break-words">{data.name}</dd>
          </div>
          <div>
            <dt className="text-muted">diagnosis, a share</dt>
            <dd data-share className="font-mono break-all text-node">
              {data.share}
            </dd>
          </div>
          <div>
            <dt className="text-muted">read as text</dt>
            <dd className="font-mono break-all">{data.asText}</dd>
          </div>
        </dl>
      )}
    </div>
  )
}
