'use client'
/** The panel at the foot of a page, behind a button. */
import type { BrokerShape } from '@valetkey/client'
import { type ReactElement, useEffect, useId, useState } from 'react'
import { useTokenClient } from '../use-token-client.ts'
import { GivenClient } from './given-client.tsx'
import { recorderOf } from './recorder.ts'
import { STYLE } from './style.ts'
import { TokenDevtoolsPanel } from './token-devtools-panel.tsx'
import type { TokenDevtoolsProps } from './types.ts'
import { useMounted } from './use-mounted.ts'

/**
 * A button at the foot of the page that opens the panel of `TokenDevtoolsPanel`. In a production
 * bundle it renders nothing, and nothing of it is there.
 *
 * @example
 * ```tsx
 * <TokenProvider client={tokens}>
 *   <App />
 *   <TokenDevtools />
 * </TokenProvider>
 * ```
 */
export function TokenDevtools<B extends BrokerShape>(
  props: TokenDevtoolsProps<B>,
): ReactElement | null {
  const isMounted = useMounted()
  if (!isMounted) return null
  return (
    <GivenClient client={props.client}>
      <Foot {...props} />
    </GivenClient>
  )
}

function Foot<B extends BrokerShape>({
  defaultOpen = false,
  position = 'center',
  ...props
}: TokenDevtoolsProps<B>): ReactElement {
  const [isOpen, setIsOpen] = useState(defaultOpen)
  const id = useId()
  const client = useTokenClient()
  // Closed, it listens too: the client itself keeps the last 200 events only.
  useEffect(() => recorderOf(client).subscribe(() => {}), [client])
  return (
    <aside className={`vk-devtools-foot vk-at-${position}`} aria-label="Valet Key devtools">
      <style nonce={props.nonce}>{STYLE}</style>
      <button
        type="button"
        className="vk-devtools"
        data-theme={props.theme ?? 'system'}
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        onClick={() => setIsOpen(!isOpen)}
      >
        {isOpen ? 'Close tokens' : 'Tokens'}
      </button>
      {isOpen && (
        <div id={id} className="vk-devtools-drawer">
          <TokenDevtoolsPanel {...props} />
        </div>
      )}
    </aside>
  )
}
