/** How a write stands: on its way, or what each node answered. */
import type { CreateResult } from '@valetkey/secretvault'
import type { ReactElement } from 'react'
import type { NodeView } from '../session.ts'
import { CheckIcon, CrossIcon } from '../ui/icons.tsx'
import { NodeMark } from '../ui/node-mark.tsx'

interface WriteOutcomeProps {
  isPending: boolean
  result: CreateResult | undefined
  nodes: readonly NodeView[]
}

export function WriteOutcome({ isPending, result, nodes }: WriteOutcomeProps): ReactElement {
  return (
    <output className="flex min-h-5 flex-wrap items-center gap-x-4 gap-y-1 text-sm text-muted">
      {isPending && 'One share for each node is on its way.'}
      {!isPending && !result && 'No diagnosis leaves this page in one piece.'}
      {!isPending && result && (
        <>
          <span className="sr-only">Stored: each node holds its share.</span>
          <span aria-hidden="true" className="font-medium text-good">
            Stored
          </span>
          {nodes.map((node, index) => {
            const isStored = result.nodes.some(({ did, ok }) => ok && did === node.did)
            return (
              <span key={node.did} aria-hidden="true" className="flex items-center gap-1.5">
                <NodeMark position={index + 1} />
                Node {index + 1}
                {isStored ? (
                  <CheckIcon className="text-good" strokeWidth={3} />
                ) : (
                  <CrossIcon className="text-bad" strokeWidth={3} />
                )}
              </span>
            )
          })}
        </>
      )}
    </output>
  )
}
