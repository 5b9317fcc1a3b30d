/** The way through a long page: links to its sections, the one in sight marked. */
import { type ReactElement, useEffect, useRef, useState } from 'react'
import { NodeMark } from './node-mark.tsx'

export interface SectionLink {
  /** Of the section's element. */
  id: string
  label: string
  /** Of the vault that the section is about. */
  position?: number
}

/** How much of the link before stays in sight. */
const SIDE_PX = 48

export function SectionNav({ links }: { links: readonly SectionLink[] }): ReactElement {
  const current = useSectionInSight(links)
  const list = useRef<HTMLUListElement>(null)
  useEffect(() => {
    const link = list.current?.querySelector<HTMLElement>('[aria-current]')
    // On a small screen the links themselves scroll sideways.
    list.current?.scrollTo({ left: (link?.offsetLeft ?? 0) - SIDE_PX })
  }, [current])
  return (
    <nav
      aria-label="Sections"
      className="sticky top-0 z-10 -mx-4 border-b border-line bg-canvas/95 px-4 backdrop-blur sm:-mx-6 sm:px-6"
    >
      <ul ref={list} className="relative flex gap-1 overflow-x-auto py-2 [scrollbar-width:none]">
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
    const look = () => setCurrent(sectionInSight(links))
    look()
    addEventListener('scroll', look, { passive: true })
    addEventListener('resize', look)
    addEventListener('hashchange', look)
    return () => {
      removeEventListener('scroll', look)
      removeEventListener('resize', look)
      removeEventListener('hashchange', look)
    }
  }, [links])
  return current
}

function sectionInSight(links: readonly SectionLink[]): string | undefined {
  const isAtEnd = innerHeight + scrollY >= document.documentElement.scrollHeight - 2
  if (isAtEnd && scrollY > 0) return links.at(-1)?.id
  const passed = links
    .map(({ id }) => ({ id, top: document.getElementById(id)?.getBoundingClientRect().top }))
    .filter(({ top }) => top !== undefined && top <= LINE_PX)
  // Two may stand side by side: then it is the one that was asked for.
  const beside = passed.filter(({ top }) => top === passed.at(-1)?.top)
  const asked = beside.find(({ id }) => `#${id}` === location.hash)
  return (asked ?? beside[0])?.id ?? links[0]?.id
}
