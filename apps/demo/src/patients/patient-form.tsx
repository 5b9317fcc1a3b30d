/** The form that stores a patient in Skyflow. */
import { type FormEvent, type ReactElement, useState } from 'react'
import { CodeThatRan } from '../code/code-that-ran.tsx'
import { insertCode } from '../code/patient-code.ts'
import { LockIcon } from '../ui/icons.tsx'
import { Problem } from '../ui/problem.tsx'
import { rememberPatient } from './patient-ids.ts'
import type { useInsertPatient } from './patient-queries.ts'
import type { PatientsPlace } from './patient-vault.ts'
import { COLUMNS, nextPatient } from './sample-patients.ts'

interface PatientFormProps {
  place: PatientsPlace
  /** The vault's address. */
  url: string
  insert: ReturnType<typeof useInsertPatient>
}

export function PatientForm({ place, url, insert }: PatientFormProps): ReactElement {
  const [patient, setPatient] = useState(nextPatient)

  function submit(event: FormEvent): void {
    event.preventDefault()
    if (insert.isPending) return
    insert.mutate(patient, {
      onSuccess({ id }) {
        rememberPatient(id)
        setPatient(nextPatient())
      },
    })
  }

  return (
    <>
      <form onSubmit={submit} className="mt-4 grid grid-cols-1 gap-4">
        <div className="grid gap-4 sm:grid-cols-2">
          {COLUMNS.map(({ column, label }) => (
            <div key={column} className="grid gap-1.5 last:sm:col-span-2">
              <label
                htmlFor={`patient-${column}`}
                className="flex items-center gap-1.5 text-sm font-medium"
              >
                <LockIcon className="text-brass-deep" /> {label}
              </label>
              <input
                id={`patient-${column}`}
                className="field"
                required
                maxLength={120}
                autoComplete="off"
                value={patient[column]}
                onChange={(event) => setPatient({ ...patient, [column]: event.target.value })}
              />
            </div>
          ))}
        </div>
        <button type="submit" className="button button-brass" aria-disabled={insert.isPending}>
          {insert.isPending ? 'Tokenising…' : 'Tokenise and store'}
        </button>
        {insert.isError && <Problem error={insert.error} title="The patient was not stored." />}
      </form>
      <CodeThatRan
        action="Tokenise and store"
        code={insertCode({ place, url, patient: insert.variables ?? patient })}
      />
    </>
  )
}
