/** For users without a system's grant: said kindly, with the broker's own words on request. */
import { useMutation } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import type { Vault } from '../audiences.ts'
import { tokens } from '../tokens.ts'
import { LockIcon } from './icons.tsx'
import { Problem } from './problem.tsx'

interface NotGrantedProps {
  /** What the system is called. */
  system: string
  audience: Vault['audience']
}

export function NotGranted({ system, audience }: NotGrantedProps): ReactElement {
  const attempt = useMutation({ mutationFn: () => tokens.prepare([audience]) })
  return (
    <div className="mt-3 flex flex-wrap items-start justify-between gap-4">
      <p className="flex max-w-2xl gap-2 text-sm leading-relaxed text-muted">
        <LockIcon className="mt-1 shrink-0" />
        <span>
          {system} is not granted to you, so the broker mints you no token for it. What is granted
          to you goes on without it.
        </span>
      </p>
      <button
        type="button"
        className="button button-quiet"
        aria-disabled={attempt.isPending}
        onClick={() => attempt.mutate()}
      >
        Ask for {system} anyway
      </button>
      {attempt.isError && (
        <div className="w-full">
          <Problem error={attempt.error} title={`The broker said no to ${system}.`} />
        </div>
      )}
    </div>
  )
}
