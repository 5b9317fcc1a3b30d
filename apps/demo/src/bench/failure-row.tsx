/** Breaks emulated nodes on request, with what to expect beside what came. */
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
      <div className="mt-3 grid gap-5 lg:grid-cols-[5fr_7fr] lg:gap-8">
        <dl className="grid content-start gap-2 text-sm leading-relaxed">
          <Expectation
            action="Revoke"
            expected="The node answers 401, the client renews and sends the call once more. The app sees nothing."
            result={`${refusals} refused by nodes, ${unauthorized} seen by the app`}
          />
          <Expectation
            action="Take down"
            expected="Reads name the missing node, a write that cannot be whole leaves no share behind."
            result={`${failed} ${failed === 1 ? 'call' : 'calls'} failed`}
          />
        </dl>
        <ul className="grid content-start gap-3 sm:grid-cols-3">
          {nodes.map((node, index) => (
            <li key={node.did} className="rounded-xl border border-line bg-sunken p-3">
              <p className="flex items-center gap-2 text-sm font-semibold">
                <NodeMark position={index + 1} />
                Node {index + 1}
                <span className={`ml-auto text-xs ${node.isDown ? 'text-bad' : 'text-muted'}`}>
                  {node.isDown ? 'down' : 'up'}
                </span>
              </p>
              <div className="mt-2.5 grid grid-cols-2 gap-2 sm:grid-cols-1">
                <button
                  type="button"
                  className="button button-quiet"
                  aria-label={`Revoke token of node ${index + 1}`}
                  onClick={() => cause(node, 'revoke')}
                >
                  <AlertIcon /> Revoke
                </button>
                <button
                  type="button"
                  className="button button-quiet"
                  aria-label={`${node.isDown ? 'Bring back' : 'Take down'} node ${index + 1}`}
                  onClick={() => cause(node, node.isDown ? 'up' : 'down')}
                >
                  <PowerIcon /> {node.isDown ? 'Bring back' : 'Take down'}
                </button>
              </div>
            </li>
          ))}
        </ul>
      </div>
      {failure !== undefined && <Problem error={failure} />}
    </section>
  )
}

interface ExpectationProps {
  action: string
  expected: string
  result: string
}

function Expectation({ action, expected, result }: ExpectationProps): ReactElement {
  return (
    <div className="border-l-2 border-brass pl-3">
      <dt className="font-semibold">{action}</dt>
      <dd className="text-muted">{expected}</dd>
      <dd className="font-medium tabular-nums">So far: {result}.</dd>
    </div>
  )
}
