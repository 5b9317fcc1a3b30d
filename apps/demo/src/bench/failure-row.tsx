/** Breaks an emulated node on request, with what to expect beside what came. */
import { type ReactElement, useState } from 'react'
import { useActivity } from '../activity.ts'
import { useFailedCalls, useUnauthorizedSeen } from '../app-calls.ts'
import type { NodeView } from '../session.ts'
import { setFault } from '../session.ts'
import { AlertIcon, PowerIcon } from '../ui/icons.tsx'
import { NodeMark } from '../ui/node-mark.tsx'
import { Problem } from '../ui/problem.tsx'

export function FailureRow({ nodes }: { nodes: readonly NodeView[] }): ReactElement {
  const [failure, setFailure] = useState<unknown>()
  const refusals = useActivity((activity) => activity.refusals)
  const unauthorized = useUnauthorizedSeen()
  const failed = useFailedCalls()

  function cause(node: NodeView, fault: 'down' | 'up' | 'revoke'): void {
    setFailure(undefined)
    setFault(node.did, fault).catch(setFailure)
  }

  return (
    <section aria-labelledby="bench-title" className="panel p-5">
      <h2 id="bench-title" className="text-lg font-semibold tracking-tight">
        Break something
      </h2>
      <dl className="mt-3 grid gap-2 text-sm leading-relaxed text-muted">
        <div>
          <dt className="inline font-semibold text-ink">Revoke: </dt>
          <dd className="inline">
            the node refuses the token with a 401. The client renews it and sends the call once
            more; the app sees nothing. So far: {refusals} refused, {unauthorized} seen by the app.
          </dd>
        </div>
        <div>
          <dt className="inline font-semibold text-ink">Take down: </dt>
          <dd className="inline">
            reads name the node that is missing, writes leave no share behind. So far: {failed}{' '}
            calls failed.
          </dd>
        </div>
      </dl>
      <ul className="mt-4 grid gap-2">
        {nodes.map((node, index) => (
          <li key={node.did} className="flex flex-wrap items-center gap-2">
            <span className="flex w-20 items-center gap-2 text-sm font-medium">
              <NodeMark position={index + 1} />
              Node {index + 1}
            </span>
            <button
              type="button"
              className="button button-quiet"
              aria-label={`Revoke node ${index + 1}’s token`}
              onClick={() => cause(node, 'revoke')}
            >
              <AlertIcon /> Revoke token
            </button>
            <button
              type="button"
              className="button button-quiet"
              aria-label={`${node.isDown ? 'Bring back' : 'Take down'} node ${index + 1}`}
              onClick={() => cause(node, node.isDown ? 'up' : 'down')}
            >
              <PowerIcon /> {node.isDown ? 'Bring back' : 'Take down'}
            </button>
          </li>
        ))}
      </ul>
      {failure !== undefined && <Problem error={failure} />}
    </section>
  )
}
