/** The screen of somebody who is signed in. */
import { type ReactElement, useMemo, useState } from 'react'
import { AuditLog } from './audit/audit-log.tsx'
import { nameOfAudience, PATIENTS_POSITION, VISITS_POSITION, WALLET_POSITION } from './audiences.ts'
import { useDelivery, type Way } from './delivery.ts'
import { EventLog } from './bench/event-log.tsx'
import { FailureBench } from './bench/failure-bench.tsx'
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
import { type SectionLink, SectionNav } from './ui/section-nav.tsx'
import { seconds } from './ui/words.ts'
import { VisitsSection } from './visits/visits-section.tsx'
import { WalletSection } from './wallet/wallet-section.tsx'

interface WorkspaceProps {
  session: SessionView
  user: NonNullable<SessionView['user']>
}

const TITLE: Readonly<Record<Way, string>> = {
  each: 'Secrets stay on the broker. The browser holds tokens that live',
  direct: 'Secrets stay on the broker. The browser holds tokens that live',
  proxied: 'Secrets stay on the broker, and with them the tokens that live',
}
const SECTION = 'grid min-w-0 grid-cols-1 gap-5'

export function Workspace({ session, user }: WorkspaceProps): ReactElement {
  const { way } = useDelivery()
  const { lifetimeMs } = session
  const mayBreak = user.holdsGroup
  const links = useMemo(() => linksFor(mayBreak), [mayBreak])
  return (
    <div className="grid grid-cols-1 gap-5 py-7">
      <div className="flex flex-wrap items-end justify-between gap-5">
        <PageTitle className="max-w-xl text-2xl leading-tight font-semibold tracking-tight text-balance sm:text-3xl">
          {TITLE[way]}{' '}
          <span className="whitespace-nowrap text-brass-deep">{seconds(lifetimeMs)}</span>.
        </PageTitle>
        <LifetimeSlider lifetimeMs={lifetimeMs} />
      </div>
      <SectionNav links={links} />
      <div id="live" className={SECTION}>
        <Counters />
        <TokenLanes session={session} />
        <DeliverySwitch />
      </div>
      <div id="secretvault" className={SECTION}>
        <Records session={session} user={user} />
      </div>
      <div id="skyflow" className={SECTION}>
        <PatientsSection session={session} />
      </div>
      <div className="grid grid-cols-1 items-start gap-5 lg:grid-cols-2">
        <div id="nexusrundb" className={SECTION}>
          <VisitsSection session={session} />
        </div>
        <div id="waltid" className={SECTION}>
          <WalletSection session={session} />
        </div>
      </div>
      {mayBreak && (
        <div id="break" className={SECTION}>
          <FailureBench session={session} />
        </div>
      )}
      <div id="logs" className={`${SECTION} items-start lg:grid-cols-[4fr_8fr]`}>
        <EventLog session={session} />
        <AuditLog nameOf={(audience) => nameOfAudience(audience, session)} />
      </div>
    </div>
  )
}

function Records({ session, user }: WorkspaceProps): ReactElement {
  const [noteId, setNoteId] = useState<string>()
  const { nodes } = session
  return (
    <div className="grid grid-cols-1 gap-5 lg:grid-cols-[5fr_7fr]">
      {user.holdsGroup ? (
        <NotesPanel nodes={nodes} chosenId={noteId} onChoose={setNoteId} />
      ) : (
        <GrantCard user={user} nodes={nodes} />
      )}
      <section
        aria-label="SecretVault nodes"
        className="grid min-w-0 content-start gap-5 sm:grid-cols-3"
      >
        {nodes.map((node, index) => (
          <NodeCard key={node.did} node={node} position={index + 1} noteId={noteId} />
        ))}
      </section>
    </div>
  )
}

function linksFor(mayBreak: boolean): SectionLink[] {
  return [
    { id: 'live', label: 'Live tokens' },
    { id: 'secretvault', label: 'SecretVault', position: 1 },
    { id: 'skyflow', label: 'Skyflow', position: PATIENTS_POSITION },
    { id: 'nexusrundb', label: 'NexusRunDB', position: VISITS_POSITION },
    { id: 'waltid', label: 'walt.id', position: WALLET_POSITION },
    ...(mayBreak ? [{ id: 'break', label: 'Break something' }] : []),
    { id: 'logs', label: 'Logs' },
  ]
}
