/** Breaks any emulated vault by hand. */
import { type ReactElement, useState } from 'react'
import { PATIENTS_POSITION, VISITS_POSITION, WALLET_POSITION } from '../audiences.ts'
import { type SessionView, setFault } from '../session.ts'
import { AlertIcon, PowerIcon } from '../ui/icons.tsx'
import { NodeMark } from '../ui/node-mark.tsx'
import { Problem } from '../ui/problem.tsx'
import { setPower } from './vault-power.ts'

export function VaultSwitches({ session }: { session: SessionView }): ReactElement {
  const [failure, setFailure] = useState<unknown>()

  function cause(act: Promise<void>): void {
    setFailure(undefined)
    act.catch(setFailure)
  }

  return (
    <section aria-labelledby="by-hand-title">
      <h3 id="by-hand-title" className="font-semibold">
        Any vault, by hand
      </h3>
      <p className="mt-1 max-w-3xl text-sm leading-relaxed text-muted">
        There is one of each vault, so what you do here is done to everybody who has this demo open.
      </p>
      <ul className="mt-3 grid gap-3 sm:grid-cols-2 lg:grid-cols-3">
        {breakableIn(session).map(({ id, name, position, isDown }) => (
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
                onClick={() => cause(setFault(id, 'revoke'))}
              >
                <AlertIcon /> Revoke
              </button>
              <button
                type="button"
                className="button button-quiet"
                aria-label={`${isDown ? 'Bring back' : 'Take down'} ${name}`}
                onClick={() => cause(setPower(id, isDown))}
              >
                <PowerIcon /> {isDown ? 'Bring back' : 'Take down'}
              </button>
            </div>
          </li>
        ))}
      </ul>
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
function breakableIn({ isEmulated, nodes, patients, visits, wallet }: SessionView): Breakable[] {
  const ofNodes = nodes.map(({ did, isDown }, index) => ({
    id: did,
    name: `Node ${index + 1}`,
    position: index + 1,
    isDown,
  }))
  const { isDown } = patients
  const skyflow = { id: 'skyflow', name: 'Skyflow', position: PATIENTS_POSITION, isDown }
  const nexusrundb = {
    id: 'nexusrundb',
    name: 'NexusRunDB',
    position: VISITS_POSITION,
    isDown: visits.isDown,
  }
  const waltid = { id: 'waltid', name: 'walt.id', position: WALLET_POSITION, isDown: wallet.isDown }
  return [
    ...(isEmulated ? ofNodes : []),
    ...(patients.isEmulated && patients.access !== null ? [skyflow] : []),
    ...(visits.access === null ? [] : [nexusrundb]),
    ...(wallet.isGranted ? [waltid] : []),
  ]
}
