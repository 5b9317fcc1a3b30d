/** One demo user to sign in as, with what the broker grants them. */
import type { ReactElement } from 'react'
import { PATIENTS_POSITION, VISITS_POSITION, WALLET_POSITION } from '../audiences.ts'
import type { UserView } from '../session.ts'
import { ArrowIcon, CheckIcon, CrossIcon } from '../ui/icons.tsx'
import { NodeMark } from '../ui/node-mark.tsx'
import { Avatar } from './avatar.tsx'

const MAY: Readonly<Record<string, string>> = {
  ada: 'Writes and reads in all four systems, patients in plain text.',
  ben: 'Sees one node’s shares, masked values, and visits he cannot change.',
  ida: 'Works with notes, visits and the wallet. No Skyflow.',
  eve: 'Is signed in, and gets no token at all.',
}

interface UserCardProps {
  user: UserView
  onChoose: () => void
}

export function UserCard({ user, onChoose }: UserCardProps): ReactElement {
  return (
    <button
      type="button"
      onClick={onChoose}
      className="group flex w-full items-start gap-3 rounded-xl border border-line-strong bg-surface p-4 text-left transition-colors hover:border-brass-deep hover:bg-brass-wash"
    >
      <Avatar name={user.name} />
      <span className="min-w-0 grow">
        <span className="flex flex-wrap items-baseline gap-x-2">
          <span className="font-semibold">{user.name}</span>
          <span className="text-sm text-muted">{user.role}</span>
        </span>
        <span className="mt-0.5 block text-sm text-muted">{MAY[user.id]}</span>
        <span className="mt-2.5 flex flex-wrap gap-x-4 gap-y-1 text-xs font-medium">
          {grantsOf(user).map(({ name, isGranted, position }) => (
            <span key={name} className="flex items-center gap-1.5">
              <NodeMark position={position} />
              {name}
              {isGranted ? (
                <CheckIcon className="text-good" strokeWidth={3} />
              ) : (
                <CrossIcon className="text-bad" strokeWidth={3} />
              )}
              <span className="sr-only">{isGranted ? 'granted,' : 'not granted,'}</span>
            </span>
          ))}
        </span>
      </span>
      <ArrowIcon className="mt-3 shrink-0 text-lg text-muted transition-transform group-hover:translate-x-1" />
    </button>
  )
}

function grantsOf({ grantedNodes, patients, visits, wallet }: UserView) {
  return [
    ...grantedNodes.map((isGranted, index) => ({
      name: `Node ${index + 1}`,
      isGranted,
      position: index + 1,
    })),
    {
      name: patients === 'masked' ? 'Skyflow, masked' : 'Skyflow',
      isGranted: patients !== null,
      position: PATIENTS_POSITION,
    },
    {
      name: visits === 'read' ? 'NexusRunDB, read only' : 'NexusRunDB',
      isGranted: visits !== null,
      position: VISITS_POSITION,
    },
    { name: 'walt.id', isGranted: wallet, position: WALLET_POSITION },
  ]
}
