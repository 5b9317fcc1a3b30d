/** Shows the page's own source for writing and reading: the files themselves, not a copy. */
import type { ReactElement } from 'react'
import { ChevronIcon, CodeIcon } from '../ui/icons.tsx'

const SOURCES = Object.entries(
  import.meta.glob<string>(['./patient-notes.ts', '../tokens.ts'], {
    query: '?raw',
    import: 'default',
    eager: true,
  }),
)

export function CodeThatRan(): ReactElement {
  return (
    <details className="group mt-5 border-t border-line pt-4">
      <summary className="flex list-none items-center gap-2 text-sm font-medium [&::-webkit-details-marker]:hidden">
        <CodeIcon className="text-brass-deep" /> The code that ran
        <ChevronIcon className="transition-transform group-open:rotate-180" />
      </summary>
      {SOURCES.map(([path, text]) => (
        <figure key={path} className="mt-3">
          <figcaption className="font-mono text-xs text-muted">{path.split('/').at(-1)}</figcaption>
          <pre className="mt-1 rounded-lg border border-line bg-sunken p-3 font-mono text-xs leading-relaxed break-words whitespace-pre-wrap">
            <code>{text}</code>
          </pre>
        </figure>
      ))}
    </details>
  )
}
