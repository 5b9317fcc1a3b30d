/** Shows the code behind one action: the page's own source, and the same from a shell. */
import { Tabs } from 'radix-ui'
import { type ReactElement, useState } from 'react'
import { CopyButton } from '../ui/copy-button.tsx'
import { ChevronIcon, CodeIcon } from '../ui/icons.tsx'
import type { ActionCode } from './action-code.ts'

const TABS = [
  { value: 'react', label: 'React' },
  { value: 'vanilla', label: 'Vanilla' },
  { value: 'curl', label: 'curl' },
] as const

interface CodeThatRanProps {
  /** What the user did, as the button says it. */
  action: string
  code: ActionCode
}

export function CodeThatRan({ action, code }: CodeThatRanProps): ReactElement {
  const [shown, setShown] = useState<keyof ActionCode>('react')
  return (
    <details className="group mt-4 border-t border-line pt-3">
      <summary className="flex min-h-6 list-none items-center gap-2 text-sm font-medium [&::-webkit-details-marker]:hidden">
        <CodeIcon className="text-brass-deep" /> The code that ran
        <span className="min-w-0 truncate font-normal text-muted">
          <span className="sr-only">for </span>
          {action}
        </span>
        <ChevronIcon className="transition-transform group-open:rotate-180" />
      </summary>
      <Tabs.Root
        value={shown}
        onValueChange={(value) => setShown(TABS.find((tab) => tab.value === value)?.value ?? shown)}
        className="mt-2 min-w-0"
      >
        <Tabs.List aria-label={`The code for ${action}`} className="flex gap-1">
          {TABS.map(({ value, label }) => (
            <Tabs.Trigger
              key={value}
              value={value}
              className="rounded-t-lg border border-b-0 border-transparent px-3 py-1.5 text-xs font-semibold text-muted data-[state=active]:border-line data-[state=active]:bg-sunken data-[state=active]:text-ink"
            >
              {label}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        {TABS.map(({ value }) => (
          <Tabs.Content key={value} value={value}>
            <pre className="rounded-lg rounded-tl-none border border-line bg-sunken p-3 font-mono text-xs leading-relaxed break-words whitespace-pre-wrap">
              <code>{code[value]}</code>
            </pre>
          </Tabs.Content>
        ))}
      </Tabs.Root>
      <div className="mt-2 flex justify-end">
        <CopyButton label="Copy" name={`Copy the code for ${action}`} text={() => code[shown]} />
      </div>
    </details>
  )
}
