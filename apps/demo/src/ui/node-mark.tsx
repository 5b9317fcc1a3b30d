/** A vault's mark: a shape of its own beside its colour, so that neither is needed alone. */
import type { ReactElement } from 'react'

export function NodeMark({ position }: { position: number }): ReactElement {
  return (
    <svg
      viewBox="0 0 12 12"
      width="12"
      height="12"
      aria-hidden="true"
      data-node={position}
      className="shrink-0 fill-node"
    >
      {position === 1 && <circle cx="6" cy="6" r="5" />}
      {position === 2 && <path d="M6 .8 11.5 11H.5z" />}
      {position === 3 && <rect x="1.2" y="1.2" width="9.6" height="9.6" rx="1.5" />}
      {position === 4 && <path d="M6 0l6 6-6 6-6-6z" />}
      {position === 5 && <path d="M3.6 1.4h4.8L12 6 8.4 10.6H3.6L0 6z" />}
      {position === 6 && <path d="M4.2.8h3.6v3.4h3.4v3.6H7.8v3.4H4.2V7.8H.8V4.2h3.4z" />}
    </svg>
  )
}
