'use client'
/** The button that copies what the panel knows. */
import { type ReactElement, useState } from 'react'

interface CopyButtonProps {
  /** Asked when the button is pressed. */
  text: () => string
}

/** Where the clipboard is not to be had, as on a page without TLS, it shows the text to copy by hand. */
export function CopyButton({ text }: CopyButtonProps): ReactElement {
  const [outcome, setOutcome] = useState<'copied' | { byHand: string }>()
  async function copy(): Promise<void> {
    const copied = text()
    try {
      await navigator.clipboard.writeText(copied)
      setOutcome('copied')
    } catch {
      setOutcome({ byHand: copied })
    }
  }
  return (
    <>
      <button type="button" onClick={() => void copy()}>
        Copy as JSON
      </button>
      <output>{outcome === 'copied' && 'Copied.'}</output>
      {typeof outcome === 'object' && (
        <textarea
          readOnly
          className="vk-by-hand"
          aria-label="JSON to copy by hand"
          value={outcome.byHand}
          onFocus={(event) => event.currentTarget.select()}
        />
      )}
    </>
  )
}
