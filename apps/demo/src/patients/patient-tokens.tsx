/** The tokens that stand for one patient's values, and the values again on request. */
import type { ReactElement } from 'react'
import { CodeThatRan } from '../code/code-that-ran.tsx'
import { detokenizeCode } from '../code/patient-code.ts'
import { EyeIcon } from '../ui/icons.tsx'
import { Problem } from '../ui/problem.tsx'
import { type useInsertPatient, useRevealTokens } from './patient-queries.ts'
import type { PatientsPlace } from './patient-vault.ts'
import { COLUMNS } from './sample-patients.ts'

interface PatientTokensProps {
  place: PatientsPlace
  url: string
  insert: ReturnType<typeof useInsertPatient>
}

export function PatientTokens(props: PatientTokensProps): ReactElement {
  const { place, url, insert } = props
  const { data: written, isPending } = insert
  const reveal = useRevealTokens(place)
  const rows = COLUMNS.flatMap(({ column, label }) => {
    const token = written?.tokens?.[column]
    const value = reveal.data?.find((revealed) => revealed.token === token)?.value
    return token === undefined
      ? []
      : [{ label, token, value: typeof value === 'string' ? value : undefined }]
  })
  return (
    <div className="min-w-0">
      <h3 className="text-sm font-semibold">Tokens in place of values</h3>
      <output className="mt-2 block text-sm text-muted">
        {isPending && 'The values are on their way to the vault.'}
        {!isPending && !written && 'What comes back is a token for each value.'}
        {!isPending && written && (
          <span className="font-medium text-good">Stored: a token stands for each value.</span>
        )}
      </output>
      {rows.length > 0 && (
        <>
          <dl
            aria-label="Tokens in place of values"
            className="mt-2 grid gap-x-4 gap-y-2 rounded-xl border border-line bg-sunken p-3 text-xs sm:grid-cols-3"
          >
            {rows.map(({ label, token, value }) => (
              <div key={label} className="min-w-0">
                <dt className="text-muted">{label}</dt>
                <dd data-data-token className="font-mono break-all text-node">
                  {token}
                </dd>
                {value !== undefined && (
                  <dd className="mt-0.5 text-sm font-medium break-words">{value}</dd>
                )}
              </div>
            ))}
          </dl>
          <button
            type="button"
            className="button button-quiet mt-2"
            aria-disabled={reveal.isPending}
            onClick={() => reveal.mutate(rows.map(({ token }) => token))}
          >
            <EyeIcon /> Detokenise
          </button>
          {reveal.isError && (
            <Problem error={reveal.error} title="The tokens were not swapped for values." />
          )}
          <CodeThatRan
            action="Detokenise"
            code={detokenizeCode({ place, url, tokens: rows.map(({ token }) => token) })}
          />
        </>
      )}
    </div>
  )
}
