/** The screen of somebody who is signed in. */
import { type ReactElement, useState } from 'react'
import { type Delivery, useDelivery } from './delivery.ts'
import { EventLog } from './bench/event-log.tsx'
import { FailureRow } from './bench/failure-row.tsx'
import { TokenLanes } from './lanes/token-lanes.tsx'
import { Counters } from './people/counters.tsx'
import { DeliverySwitch } from './people/delivery-switch.tsx'
import { GrantCard } from './people/grant-card.tsx'
import { LifetimeSlider } from './people/lifetime-slider.tsx'
import { PatientsSection } from './patients/patients-section.tsx'
import { NodeCard } from './records/node-card.tsx'
import { NotesPanel } from './records/notes-panel.tsx'
import type { SessionView } from './session.ts'
import { PageTitle } from './ui/page-title.tsx'
import { seconds } from './ui/words.ts'

interface WorkspaceProps {
  session: SessionView
  user: NonNullable<SessionView['user']>
}

const TITLE: Readonly<Record<Delivery, string>> = {
  direct: 'Secrets stay on the broker. The browser holds tokens that live',
  proxied: 'Secrets stay on the broker, and with them the tokens that live',
}

export function Workspace({ session, user }: WorkspaceProps): ReactElement {
  const { delivery } = useDelivery()
  const [noteId, setNoteId] = useState<string>()
  const { nodes, lifetimeMs } = session
  return (
    <div className="grid grid-cols-1 gap-5 py-7">
      <div className="flex flex-wrap items-end justify-between gap-5">
        <PageTitle className="max-w-xl text-2xl leading-tight font-semibold tracking-tight text-balance sm:text-3xl">
          {TITLE[delivery]}{' '}
          <span className="whitespace-nowrap text-brass-deep">{seconds(lifetimeMs)}</span>.
        </PageTitle>
        <LifetimeSlider lifetimeMs={lifetimeMs} />
      </div>
      <DeliverySwitch />
      <Counters />
      <TokenLanes session={session} />
      <div className="grid grid-cols-1 gap-5 lg:grid-cols-[5fr_7fr]">
        {user.holdsGroup ? (
          <NotesPanel nodes={nodes} chosenId={noteId} onChoose={setNoteId} />
        ) : (
          <GrantCard user={user} nodes={nodes} />
        )}
        <div className="grid min-w-0 content-start gap-5">
          <section aria-label="SecretVault nodes" className="grid min-w-0 gap-5 sm:grid-cols-3">
            {nodes.map((node, index) => (
              <NodeCard key={node.did} node={node} position={index + 1} noteId={noteId} />
            ))}
          </section>
          <EventLog session={session} />
        </div>
      </div>
      <PatientsSection session={session} />
      {user.holdsGroup && (session.isEmulated || session.patients.isEmulated) && (
        <FailureRow session={session} />
      )}
    </div>
  )
}
