/** One node: how its token stands, what it stores of the chosen note. */
import { useTokenStatus } from '@valetkey/react'
import type { ReactElement } from 'react'
import type { NodeView } from '../session.ts'
import { AlertIcon, CheckIcon, LockIcon, PowerIcon, RenewIcon } from '../ui/icons.tsx'
import { NodeMark } from '../ui/node-mark.tsx'
import { statusInWords } from '../ui/words.ts'
import { CountdownRing } from './countdown-ring.tsx'
import { StoredShare } from './stored-share.tsx'

interface NodeCardProps {
  node: NodeView
  position: number
  /** The note whose share is shown. */
  noteId: string | undefined
}

export function NodeCard({ node, position, noteId }: NodeCardProps): ReactElement {
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
          <TokenState audience={node.audience} />
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

function TokenState({ audience }: { audience: NodeView['audience'] }): ReactElement {
  const status = useTokenStatus(audience)
  const isReady = status.status === 'ready'
  const Icon = status.status === 'error' ? AlertIcon : isReady ? CheckIcon : RenewIcon
  return (
    <div className="mt-3 flex items-center gap-3">
      <CountdownRing {...status} />
      <div className="min-w-0 text-sm">
        <p
          className={`flex items-center gap-1.5 font-semibold ${status.status === 'error' ? 'text-bad' : isReady ? 'text-good' : ''}`}
        >
          <Icon strokeWidth={3} />
          {statusInWords(status)}
        </p>
        <p className="text-muted">
          Generation <span className="tabular-nums">{status.generation}</span>
        </p>
        {status.error && <p className="text-xs break-words text-muted">{status.error.code}</p>}
      </div>
    </div>
  )
}

function shortDid(did: string): string {
  return did.replace(/^(did:nil:).*(.{8})$/, '$1…$2')
}
