/** One node: how its token stands, what it stores of the chosen note. */
import type { ReactElement } from 'react'
import { nodeIn } from '../audiences.ts'
import { useDelivery } from '../delivery.ts'
import type { NodeView } from '../session.ts'
import { LockIcon, PowerIcon } from '../ui/icons.tsx'
import { NodeMark } from '../ui/node-mark.tsx'
import { TokenState } from '../ui/token-state.tsx'
import { StoredShare } from './stored-share.tsx'

interface NodeCardProps {
  node: NodeView
  position: number
  /** The note whose share is shown. */
  noteId: string | undefined
}

export function NodeCard({ node, position, noteId }: NodeCardProps): ReactElement {
  const { delivery } = useDelivery()
  return (
    <article data-node={position} aria-label={`Node ${position}`} className="panel min-w-0 p-4">
      <div className="flex items-center gap-2">
        <NodeMark position={position} />
        <h3 className="font-semibold">Node {position}</h3>
        <span className="grow" />
        {node.isDown && (
          <span className="flex items-center gap-1 text-xs font-semibold text-bad">
            <PowerIcon strokeWidth={3} /> Down
          </span>
        )}
      </div>
      <p className="mt-0.5 truncate font-mono text-xs text-muted" title={node.did}>
        {shortDid(node.did)}
      </p>
      {node.isGranted ? (
        <>
          <TokenState audience={nodeIn(delivery, node.did)} />
          <StoredShare node={node} noteId={noteId} />
        </>
      ) : (
        <p className="mt-4 flex gap-2 text-sm leading-relaxed text-muted">
          <LockIcon className="mt-1 shrink-0" />
          <span>Not granted to you. The broker mints you no token for this node.</span>
        </p>
      )}
    </article>
  )
}

function shortDid(did: string): string {
  return did.replace(/^(did:nil:).*(.{8})$/, '$1…$2')
}
