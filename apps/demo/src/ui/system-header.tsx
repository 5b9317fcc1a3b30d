/** The first line of a system's card: its mark, its name, whether it is down, what your role is there. */
import type { ReactElement } from 'react'
import { PowerIcon } from './icons.tsx'
import { NodeMark } from './node-mark.tsx'

interface SystemHeaderProps {
  /** Of the heading, for the card to be labelled by. */
  id: string
  title: string
  position: number
  isDown: boolean
  /** What this user may do, where that differs. */
  role?: string | undefined
}

export function SystemHeader(props: SystemHeaderProps): ReactElement {
  const { id, title, position, isDown, role } = props
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <NodeMark position={position} />
      <h2 id={id} className="text-lg font-semibold tracking-tight">
        {title}
      </h2>
      {isDown && (
        <span className="flex items-center gap-1 text-xs font-semibold text-bad">
          <PowerIcon strokeWidth={3} /> Down
        </span>
      )}
      {role !== undefined && (
        <span className="rounded-full border border-line-strong px-2.5 py-0.5 text-xs font-medium">
          {role}
        </span>
      )}
    </div>
  )
}
