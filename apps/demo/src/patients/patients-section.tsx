/** The Skyflow card: for those with a grant what they may do, for the others why they may not. */
import { type ReactElement, useMemo } from 'react'
import { PATIENTS_POSITION, patientsIn } from '../audiences.ts'
import { useDelivery } from '../delivery.ts'
import type { PatientsView, SessionView } from '../session.ts'
import { NotGranted } from '../ui/not-granted.tsx'
import { SystemHeader } from '../ui/system-header.tsx'
import { TokenState } from '../ui/token-state.tsx'
import { PatientForm } from './patient-form.tsx'
import { PatientList } from './patient-list.tsx'
import { useInsertPatient } from './patient-queries.ts'
import { PatientTokens } from './patient-tokens.tsx'

const ROLE: Readonly<Record<'plain' | 'masked', string>> = {
  plain: 'Your role: plain text',
  masked: 'Your role: masked values',
}

export function PatientsSection({ session }: { session: SessionView }): ReactElement {
  const { patients } = session
  const { access } = patients
  const { delivery } = useDelivery()
  return (
    <section
      aria-labelledby="patients-title"
      data-node={PATIENTS_POSITION}
      className="panel min-w-0 p-5"
    >
      <SystemHeader
        id="patients-title"
        title="Patients in Skyflow"
        position={PATIENTS_POSITION}
        isDown={patients.isDown}
        role={access === null ? undefined : ROLE[access]}
      />
      {access ? (
        <Granted patients={patients} access={access} />
      ) : (
        <NotGranted system="Skyflow" audience={patientsIn(delivery)} />
      )}
    </section>
  )
}

interface GrantedProps {
  patients: PatientsView
  access: 'plain' | 'masked'
}

function Granted({ patients, access }: GrantedProps): ReactElement {
  const { delivery } = useDelivery()
  const { vaultId, table } = patients
  const audience = patientsIn(delivery)
  const place = useMemo(() => ({ audience, vaultId, table }), [audience, vaultId, table])
  const insert = useInsertPatient(place)
  return (
    <div className="mt-1 grid grid-cols-1 gap-x-8 gap-y-6 lg:grid-cols-[5fr_7fr]">
      <div className="min-w-0">
        <p className="max-w-xl text-sm leading-relaxed text-muted">
          The vault keeps the values and gives tokens in their place: what your own database holds
          is worth nothing to a thief.
        </p>
        <TokenState audience={audience} />
        <PatientForm place={place} url={patients.url} insert={insert} />
      </div>
      <div className="grid min-w-0 content-start gap-6">
        <PatientTokens place={place} url={patients.url} insert={insert} />
        <PatientList place={place} url={patients.url} access={access} />
      </div>
    </div>
  )
}
