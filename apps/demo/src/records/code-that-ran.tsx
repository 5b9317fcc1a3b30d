/** Shows the page's own source for writing and reading: the file itself, not a copy. */
import type { ReactElement } from 'react'
import { ChevronIcon, CodeIcon } from '../ui/icons.tsx'
import source from './patient-notes.ts?raw'
import tokensSource from '../tokens.ts?raw'

const FILES = [
  { name: 'patient-notes.ts', text: source },
  { name: 'tokens.ts', text: tokensSource },
]

export function CodeThatRan(): ReactElement {
  return (
    <details className="group mt-5 border-t border-line pt-4">
      <summary className="flex list-none items-center gap-2 text-sm font-medium [&::-webkit-details-marker]:hidden">
        <CodeIcon className="text-brass-deep" /> The code that ran
        <ChevronIcon className="transition-transform group-open:rotate-180" />
      </summary>
      {FILES.map(({ name, text }) => (
        <figure key={name} className="mt-3">
          <figcaption className="font-mono text-xs text-muted">{name}</figcaption>
          {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- keyboards must reach what scrolls */}
          <pre
            tabIndex={0}
            className="mt-1 max-h-96 overflow-auto rounded-lg border border-line bg-sunken p-3 font-mono text-xs leading-relaxed"
          >
            <code>{text}</code>
          </pre>
        </figure>
      ))}
    </details>
  )
}
