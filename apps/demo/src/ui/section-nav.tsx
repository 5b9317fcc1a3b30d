/** The way through a long page: links to its sections, the one in sight marked. */
import { type ReactElement, useEffect, useState } from 'react'
import { NodeMark } from './node-mark.tsx'

export interface SectionLink {
  /** Of the section's element. */
  id: string
  label: string
  /** Of the vault that the section is about. */
  position?: number
}

export function SectionNav({ links }: { links: readonly SectionLink[] }): ReactElement {
  const current = useSectionInSight(links)
  return (
    <nav
      aria-label="Sections"
      className="sticky top-0 z-10 -mx-4 border-b border-line bg-canvas/95 px-4 backdrop-blur sm:-mx-6 sm:px-6"
    >
      <ul className="flex gap-1 overflow-x-auto py-2 [scrollbar-width:none]">
        {links.map(({ id, label, position }) => (
          <li key={id} className="shrink-0">
            <a
              href={`#${id}`}
              aria-current={id === current ? 'location' : undefined}
              className="flex min-h-9 items-center gap-2 rounded-lg px-3 text-sm font-medium text-muted hover:text-ink aria-[current]:bg-surface aria-[current]:text-ink aria-[current]:shadow-[inset_0_0_0_1px_var(--line-strong)]"
            >
              {position !== undefined && <NodeMark position={position} />}
              {label}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  )
}

/** A section is in sight from when its beginning passes this far below the top, until the next one's does. */
const LINE_PX = 140

function useSectionInSight(links: readonly SectionLink[]): string | undefined {
  const [current, setCurrent] = useState<string>()
  useEffect(() => {
    const look = () => {
      const passed = links.filter(({ id }) => {
        const top = document.getElementById(id)?.getBoundingClientRect().top
        return top !== undefined && top <= LINE_PX
      })
      const isAtEnd = innerHeight + scrollY >= document.documentElement.scrollHeight - 2
      setCurrent((isAtEnd && scrollY > 0 ? links.at(-1) : passed.at(-1))?.id ?? links[0]?.id)
    }
    look()
    addEventListener('scroll', look, { passive: true })
    addEventListener('resize', look)
    return () => {
      removeEventListener('scroll', look)
      removeEventListener('resize', look)
    }
  }, [links])
  return current
}
