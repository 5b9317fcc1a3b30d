/** A person's initials in a circle. */
import type { ReactElement } from 'react'

export function Avatar({ name }: { name: string }): ReactElement {
  const words = name.replace('Dr. ', '').split(' ')
  return (
    <span
      aria-hidden="true"
      className="grid size-10 shrink-0 place-items-center rounded-full bg-brass-wash text-sm font-semibold text-brass-deep"
    >
      {words.map((word) => word[0]).join('')}
    </span>
  )
}
