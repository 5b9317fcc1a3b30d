/** For users without the whole group: what they may not do, why, and the broker's own words for it. */
import { useMutation } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { recordsIn } from '../audiences.ts'
import { useDelivery } from '../delivery.ts'
import type { NodeView, SessionView } from '../session.ts'
import { tokens } from '../tokens.ts'
import { LockIcon } from '../ui/icons.tsx'
import { Problem } from '../ui/problem.tsx'

interface GrantCardProps {
  user: NonNullable<SessionView['user']>
  nodes: readonly NodeView[]
}

export function GrantCard({ user, nodes }: GrantCardProps): ReactElement {
  const granted = nodes.flatMap(({ isGranted }, index) => (isGranted ? [`node ${index + 1}`] : []))
  const { delivery } = useDelivery()
  const attempt = useMutation({ mutationFn: () => tokens.prepare(recordsIn(delivery)) })
  return (
    <section aria-labelledby="grant-title" className="panel min-w-0 self-start p-5">
      <span className="grid size-10 place-items-center rounded-xl bg-brass-wash text-xl text-brass-deep">
        <LockIcon />
      </span>
      <h2 id="grant-title" className="mt-3 text-lg font-semibold tracking-tight">
        {granted.length > 0
          ? `You may read ${granted.join(' and ')} of SecretVault`
          : 'Nothing is granted to you'}
      </h2>
      <p className="mt-2 leading-relaxed text-muted">
        {granted.length > 0
          ? 'You see what that node stores: names, and a share of each diagnosis. One share is noise: every diagnosis fits it equally well. Only with the shares of all three nodes can it be joined, and for the other two the broker mints you no token.'
          : `You are signed in, ${user.name.split(' ')[0]}, but the broker’s policy names no vault for you. It says so without telling which vaults there are.`}
      </p>
      <button
        type="button"
        className="button button-brass mt-4"
        aria-disabled={attempt.isPending}
        onClick={() => attempt.mutate()}
      >
        Ask for all three nodes anyway
      </button>
      {attempt.isError && <Problem error={attempt.error} title="The broker said no." />}
    </section>
  )
}
