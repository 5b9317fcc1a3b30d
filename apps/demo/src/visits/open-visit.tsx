/** One visit, read back from the database. */
import type { ReactElement } from 'react'
import { CodeThatRan } from '../code/code-that-ran.tsx'
import { deleteVisitCode, readVisitCode } from '../code/visit-code.ts'
import { TrashIcon } from '../ui/icons.tsx'
import { Problem } from '../ui/problem.tsx'
import type { VisitsPlace } from './visit-database.ts'
import { useDeleteVisit, useVisit } from './visit-queries.ts'

interface OpenVisitProps {
  place: VisitsPlace
  url: string
  visitKey: string
  onDeleted: () => void
}

export function OpenVisit({ place, url, visitKey, onDeleted }: OpenVisitProps): ReactElement {
  const { data, error } = useVisit(place, visitKey)
  const remove = useDeleteVisit(place)
  return (
    <article
      aria-label={`Visit ${visitKey}`}
      className="mt-3 rounded-xl border border-line bg-sunken p-3"
    >
      <div className="flex items-start gap-2">
        <div className="min-w-0 grow text-sm">
          <p className="font-mono text-xs wrap-anywhere text-node">{visitKey}</p>
          {data && (
            <p className="mt-1 wrap-anywhere">
              <span className="font-semibold">{data.who}</span>: {data.why}
            </p>
          )}
        </div>
        <button
          type="button"
          aria-label={`Delete the visit ${visitKey}`}
          title="Delete"
          aria-disabled={remove.isPending}
          className="button button-quiet size-10 shrink-0 px-0 text-base"
          onClick={() => {
            if (!remove.isPending) remove.mutate(visitKey, { onSuccess: onDeleted })
          }}
        >
          <TrashIcon />
        </button>
      </div>
      {error && !data && <Problem error={error} title="The visit cannot be read." />}
      {remove.isError && <Problem error={remove.error} title="The visit was not deleted." />}
      <CodeThatRan action="Read a visit" code={readVisitCode({ place, url }, visitKey)} />
      <CodeThatRan action="Delete a visit" code={deleteVisitCode({ place, url }, visitKey)} />
    </article>
  )
}
