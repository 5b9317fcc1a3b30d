/** The NexusRunDB card: visits under keys, with tokens whose end counts to the millisecond. */
import { useTokenStatus } from '@valetkey/react'
import { type ReactElement, useMemo, useState } from 'react'
import { VISITS_POSITION, visitsIn } from '../audiences.ts'
import { useDelivery } from '../delivery.ts'
import type { SessionView, VisitsView } from '../session.ts'
import { EndsAt } from '../ui/ends-at.tsx'
import { NotGranted } from '../ui/not-granted.tsx'
import { SystemHeader } from '../ui/system-header.tsx'
import { TokenState } from '../ui/token-state.tsx'
import { VisitForm } from './visit-form.tsx'
import { VisitList } from './visit-list.tsx'

const ROLE: Readonly<Record<'write' | 'read', string>> = {
  write: 'Your access key: read, write, delete',
  read: 'Your access key: read only',
}

export function VisitsSection({ session }: { session: SessionView }): ReactElement {
  const { visits } = session
  const { shyDelivery } = useDelivery()
  const { access } = visits
  return (
    <section
      aria-labelledby="visits-title"
      data-node={VISITS_POSITION}
      className="panel min-w-0 p-5"
    >
      <SystemHeader
        id="visits-title"
        title="Visits in NexusRunDB"
        position={VISITS_POSITION}
        isDown={visits.isDown}
        role={access === null ? undefined : ROLE[access]}
      />
      {access === null ? (
        <NotGranted system="NexusRunDB" audience={visitsIn(shyDelivery)} />
      ) : (
        <Granted visits={visits} mayWrite={access === 'write'} />
      )}
    </section>
  )
}

function Granted({ visits, mayWrite }: { visits: VisitsView; mayWrite: boolean }): ReactElement {
  const { shyDelivery } = useDelivery()
  const [openKey, setOpenKey] = useState<string>()
  const { url, bucket } = visits
  const audience = visitsIn(shyDelivery)
  const status = useTokenStatus(audience)
  const place = useMemo(() => ({ audience, bucket }), [audience, bucket])
  return (
    <>
      <p className="mt-1 max-w-xl text-sm leading-relaxed text-muted">
        A token has every right of its access key and cannot be taken back. So the broker asks for
        the access key that your role needs, and for a life counted in milliseconds.
      </p>
      <TokenState audience={audience} />
      <EndsAt expiresAt={status.expiresAt} />
      <VisitForm place={place} url={url} mayWrite={mayWrite} onWritten={setOpenKey} />
      <VisitList place={place} url={url} openKey={openKey} onOpen={setOpenKey} />
    </>
  )
}
