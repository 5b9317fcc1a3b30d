/** The patients read back, masked or in plain text, as far as the role allows. */
import { type ReactElement, useState } from 'react'
import { CodeThatRan } from '../code/code-that-ran.tsx'
import { readPatientsCode } from '../code/patient-code.ts'
import { Choice } from '../ui/choice.tsx'
import { AlertIcon } from '../ui/icons.tsx'
import { Problem } from '../ui/problem.tsx'
import { usePatientIds } from './patient-ids.ts'
import { usePatients } from './patient-queries.ts'
import type { PatientsPlace, Shown } from './patient-vault.ts'
import { COLUMNS } from './sample-patients.ts'

const WAYS = [
  { value: 'MASKED', label: 'Masked' },
  { value: 'PLAIN_TEXT', label: 'Plain text' },
] as const

interface PatientListProps {
  place: PatientsPlace
  url: string
  access: 'plain' | 'masked'
}

export function PatientList({ place, url, access }: PatientListProps): ReactElement {
  const [shown, setShown] = useState<Shown>('MASKED')
  const ids = usePatientIds()
  const { data, error } = usePatients(place, ids, shown)
  return (
    <div className="min-w-0">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h3 className="text-sm font-semibold">Read back, by role</h3>
        <Choice
          name="redaction"
          legend="How much of each value to ask for"
          ways={WAYS}
          chosen={shown}
          onChoose={setShown}
        />
      </div>
      <output className="mt-2 block text-sm text-muted">
        {error && data && (
          <span className="mb-2 flex items-start gap-2 rounded-lg bg-bad-wash px-3 py-2 text-bad">
            <AlertIcon className="mt-0.5 shrink-0" />
            Skyflow did not answer. Below is what it said last.
          </span>
        )}
        {shown === 'PLAIN_TEXT' && access === 'masked'
          ? 'Plain text was asked for, and the vault shows what your role may see: masked values.'
          : SAID[shown]}
      </output>
      {error && !data && <Problem error={error} title="The patients cannot be read." />}
      {ids.length === 0 && (
        <p className="mt-3 rounded-xl border border-dashed border-line-strong p-6 text-center text-sm text-muted">
          No patient yet. Store the one that is ready, then read it back masked and in plain text.
        </p>
      )}
      <ul className="mt-3 grid gap-2" aria-label="Patients">
        {data
          ?.toSorted((one, other) => ids.indexOf(one.id) - ids.indexOf(other.id))
          .map(({ id, fields }) => (
            <li key={id} className="rounded-xl border border-line p-3">
              <dl className="grid gap-x-4 gap-y-1 text-sm sm:grid-cols-3">
                {COLUMNS.map(({ column, label }) => (
                  <div key={column} className="min-w-0">
                    <dt className="text-xs text-muted">{label}</dt>
                    <dd className="font-medium break-words">{fields[column] ?? '–'}</dd>
                  </div>
                ))}
              </dl>
            </li>
          ))}
      </ul>
      <CodeThatRan
        action={shown === 'MASKED' ? 'Read masked values' : 'Read plain text'}
        code={readPatientsCode({ place, url, ids, redaction: shown })}
      />
    </div>
  )
}

const SAID: Readonly<Record<Shown, string>> = {
  MASKED: 'The vault masks the values before it answers; this page never had more.',
  PLAIN_TEXT: 'The values as they were stored. Now they are in this page’s memory.',
}
