/** Breaks emulated vaults on request, with what to expect beside what came. */
import { useMutation } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { useActivity } from '../activity.ts'
import { useFailedCalls, useUnauthorizedSeen } from '../app-calls.ts'
import { PATIENTS_POSITION } from '../audiences.ts'
import type { SessionView } from '../session.ts'
import { setFault } from '../session.ts'
import { AlertIcon, PowerIcon, StormIcon } from '../ui/icons.tsx'
import { NodeMark } from '../ui/node-mark.tsx'
import { Problem } from '../ui/problem.tsx'
import { Expectation } from './expectation.tsx'
import { runStorm, type StormResult } from './storm.ts'

export function FailureRow({ session }: { session: SessionView }): ReactElement {
  const breakable = breakableIn(session)
  const [failure, setFailure] = useState<unknown>()
  const refusals = useActivity((activity) => activity.refusals)
  const unauthorized = useUnauthorizedSeen()
  const failed = useFailedCalls()
  const storm = useMutation({ mutationFn: runStorm, onMutate: () => setFailure(undefined) })
  const [firstNode] = session.isEmulated ? session.nodes : []

  function cause(vault: string, fault: 'down' | 'up' | 'revoke'): void {
    setFailure(undefined)
    setFault(vault, fault).catch(setFailure)
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
            expected="The vault answers 401, the client renews and sends the call once more. The app sees nothing."
            result={`${refusals} refused by vaults, ${unauthorized} seen by the app`}
          />
          <Expectation
            action="Take down"
            expected="Reads name the missing node, a write that cannot be whole leaves no share behind. The other system goes on."
            result={`${failed} ${failed === 1 ? 'call' : 'calls'} failed`}
          />
          <Expectation
            action="Storm"
            expected="200 reads at once, on a token of node 1 that was revoked a moment before: one renewal serves them all."
            result={stormInWords(storm.data)}
          />
        </dl>
        <div className="grid content-start gap-4">
          <ul className="grid gap-3 sm:grid-cols-2">
            {breakable.map(({ id, name, position, isDown }) => (
              <li key={id} className="rounded-xl border border-line bg-sunken p-3">
                <p className="flex items-center gap-2 text-sm font-semibold">
                  <NodeMark position={position} />
                  {name}
                  <span className={`ml-auto text-xs ${isDown ? 'text-bad' : 'text-muted'}`}>
                    {isDown ? 'down' : 'up'}
                  </span>
                </p>
                <div className="mt-2.5 grid grid-cols-2 gap-2">
                  <button
                    type="button"
                    className="button button-quiet"
                    aria-label={`Revoke token of ${name}`}
                    onClick={() => cause(id, 'revoke')}
                  >
                    <AlertIcon /> Revoke
                  </button>
                  <button
                    type="button"
                    className="button button-quiet"
                    aria-label={`${isDown ? 'Bring back' : 'Take down'} ${name}`}
                    onClick={() => cause(id, isDown ? 'up' : 'down')}
                  >
                    <PowerIcon /> {isDown ? 'Bring back' : 'Take down'}
                  </button>
                </div>
              </li>
            ))}
          </ul>
          {firstNode && (
            <button
              type="button"
              className="button button-brass justify-self-start"
              aria-disabled={storm.isPending}
              onClick={() => {
                if (!storm.isPending) storm.mutate(firstNode, { onError: setFailure })
              }}
            >
              <StormIcon /> {storm.isPending ? 'Reading 200 times…' : 'Start the storm'}
            </button>
          )}
        </div>
      </div>
      {failure !== undefined && <Problem error={failure} />}
    </section>
  )
}

interface Breakable {
  /** As the server knows it. */
  id: string
  name: string
  position: number
  isDown: boolean
}

/** What is emulated, and granted to this user. */
function breakableIn({ isEmulated, nodes, patients }: SessionView): Breakable[] {
  const ofNodes = nodes.map(({ did, isDown }, index) => ({
    id: did,
    name: `Node ${index + 1}`,
    position: index + 1,
    isDown,
  }))
  const { isDown } = patients
  const skyflow = { id: 'skyflow', name: 'Skyflow', position: PATIENTS_POSITION, isDown }
  return [
    ...(isEmulated ? ofNodes : []),
    ...(patients.isEmulated && patients.access !== null ? [skyflow] : []),
  ]
}

function stormInWords(storm: StormResult | undefined): string {
  if (!storm) return 'no storm'
  const { answered, reads, brokerRequests } = storm
  const requests = brokerRequests === 1 ? '1 broker request' : `${brokerRequests} broker requests`
  return `${answered} of ${reads} reads answered, ${requests}`
}
