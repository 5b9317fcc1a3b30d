/** The form that writes a visit under a key. */
import { type FormEvent, type ReactElement, useState } from 'react'
import { CodeThatRan } from '../code/code-that-ran.tsx'
import { writeVisitCode } from '../code/visit-code.ts'
import { CheckIcon } from '../ui/icons.tsx'
import { Problem } from '../ui/problem.tsx'
import { nextVisit, type VisitDraft } from './sample-visits.ts'
import type { VisitsPlace } from './visit-database.ts'
import { useWriteVisit } from './visit-queries.ts'

interface VisitFormProps {
  place: VisitsPlace
  /** The database's address. */
  url: string
  /** False where the access key of this user's role may only read. */
  mayWrite: boolean
  /** Called with the key of a visit that was written. */
  onWritten: (key: string) => void
}

export function VisitForm({ place, url, mayWrite, onWritten }: VisitFormProps): ReactElement {
  const [draft, setDraft] = useState(nextVisit)
  const write = useWriteVisit(place)
  const { key, visit } = draft

  function submit(event: FormEvent): void {
    event.preventDefault()
    if (write.isPending) return
    write.mutate(draft, {
      onSuccess() {
        onWritten(key)
        setDraft(nextVisit())
      },
    })
  }

  return (
    <>
      <form onSubmit={submit} className="mt-4 grid grid-cols-1 gap-3 sm:grid-cols-2">
        <Field
          id="visit-key"
          label="Key"
          note="250 bytes, no slash"
          value={key}
          onChange={(next) => setDraft({ ...draft, key: next })}
          isWide
        />
        <Field
          id="visit-who"
          label="Who"
          value={visit.who}
          onChange={(who) => setDraft({ ...draft, visit: { ...visit, who } })}
        />
        <Field
          id="visit-why"
          label="Why"
          value={visit.why}
          onChange={(why) => setDraft({ ...draft, visit: { ...visit, why } })}
        />
        <button
          type="submit"
          className="button button-brass sm:col-span-2"
          aria-disabled={write.isPending}
        >
          {write.isPending ? 'Writing…' : mayWrite ? 'Write the visit' : 'Write the visit anyway'}
        </button>
      </form>
      <output className="mt-2 flex min-h-5 items-center gap-1.5 text-sm text-muted">
        {write.isSuccess ? (
          <Written entry={write.variables} />
        ) : mayWrite ? (
          'JSON under a key of your choosing, over what is there.'
        ) : (
          'Your tokens are for an access key that may read and list: the database says no to the rest.'
        )}
      </output>
      {write.isError && <Problem error={write.error} title="The visit was not written." />}
      <CodeThatRan
        action="Write the visit"
        code={writeVisitCode({ place, url }, write.variables ?? draft)}
      />
    </>
  )
}

function Written({ entry }: { entry: VisitDraft }): ReactElement {
  return (
    <span className="flex min-w-0 items-center gap-1.5 font-medium text-good">
      <CheckIcon className="shrink-0" strokeWidth={3} />
      <span className="min-w-0 wrap-anywhere">Written under {entry.key}.</span>
    </span>
  )
}

interface FieldProps {
  id: string
  label: string
  note?: string
  value: string
  onChange: (value: string) => void
  isWide?: boolean
}

function Field({ id, label, note, value, onChange, isWide = false }: FieldProps): ReactElement {
  return (
    <div className={`grid gap-1.5 ${isWide ? 'sm:col-span-2' : ''}`}>
      <span className="flex items-baseline justify-between gap-3 text-sm">
        <label htmlFor={id} className="font-medium">
          {label}
        </label>
        {note !== undefined && <span className="text-xs text-muted">{note}</span>}
      </span>
      <input
        id={id}
        className="field"
        required
        maxLength={120}
        autoComplete="off"
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </div>
  )
}
