/** Copies a text; says whether it did. */
import { type ReactElement, useState } from 'react'
import { CheckIcon, CopyIcon } from './icons.tsx'

interface CopyButtonProps {
  /** What the button says, for example `Copy`. */
  label: string
  /** For screen readers, where the label alone would not do. */
  name?: string
  /** Made when it is asked for. */
  text: () => string
}

type Outcome = 'copied' | 'failed'

export function CopyButton({ label, name = label, text }: CopyButtonProps): ReactElement {
  const [outcome, setOutcome] = useState<Outcome>()

  async function copy(): Promise<void> {
    try {
      // Only where the page is trusted: https, or this machine.
      await navigator.clipboard.writeText(text())
      setOutcome('copied')
    } catch {
      setOutcome('failed')
    }
  }

  return (
    <span className="flex items-center gap-2">
      <output className="text-xs text-muted">
        {outcome === 'copied' && 'Copied'}
        {outcome === 'failed' && 'This browser does not let the page copy; select the text.'}
      </output>
      <button
        type="button"
        aria-label={name}
        className="button button-quiet min-h-8 px-2.5 py-1 text-xs"
        onClick={() => void copy()}
        onBlur={() => setOutcome(undefined)}
      >
        {outcome === 'copied' ? <CheckIcon strokeWidth={3} /> : <CopyIcon />} {label}
      </button>
    </span>
  )
}
