/** Breaks emulated nodes on request, with what to expect beside what came. */
import { useMutation } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { useActivity } from '../activity.ts'
import { useFailedCalls, useUnauthorizedSeen } from '../app-calls.ts'
import type { NodeView } from '../session.ts'
import { setFault } from '../session.ts'
import { AlertIcon, PowerIcon, StormIcon } from '../ui/icons.tsx'
import { NodeMark } from '../ui/node-mark.tsx'
import { Problem } from '../ui/problem.tsx'
import { Expectation } from './expectation.tsx'
import { runStorm, type StormResult } from './storm.ts'

export function FailureRow({ nodes }: { nodes: readonly NodeView[] }): ReactElement {
  const [failure, setFailure] = useState<unknown>()
  const refusals = useActivity((activity) => activity.refusals)
  const unauthorized = useUnauthorizedSeen()
  const failed = useFailedCalls()
  const storm = useMutation({ mutationFn: runStorm, onMutate: () => setFailure(undefined) })
  const [firstNode] = nodes

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
          <Expectation
            action="Storm"
            expected="200 reads at once, on a token of node 1 that was revoked a moment before: one renewal serves them all."
            result={stormInWords(storm.data)}
          />
        </dl>
        <div className="grid content-start gap-4">
          <ul className="grid gap-3 sm:grid-cols-3">
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
          <button
            type="button"
            className="button button-brass justify-self-start"
            aria-disabled={storm.isPending}
            onClick={() => {
              if (firstNode && !storm.isPending) storm.mutate(firstNode, { onError: setFailure })
            }}
          >
            <StormIcon /> {storm.isPending ? 'Reading 200 times…' : 'Start the storm'}
          </button>
        </div>
      </div>
      {failure !== undefined && <Problem error={failure} />}
    </section>
  )
}

function stormInWords(storm: StormResult | undefined): string {
  if (!storm) return 'no storm'
  const { answered, reads, brokerRequests } = storm
  const requests = brokerRequests === 1 ? '1 broker request' : `${brokerRequests} broker requests`
  return `${answered} of ${reads} reads answered, ${requests}`
}
