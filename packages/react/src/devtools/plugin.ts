/** The panel as a plugin for a shell of devtools. */
import type { BrokerShape } from '@valetkey/client'
import { createElement } from 'react'
import { TokenDevtoolsPanel } from './token-devtools-panel.tsx'
import type { TokenDevtoolsPanelProps, TokenDevtoolsPlugin } from './types.ts'

/**
 * The panel for TanStack's devtools, or whatever else takes `{ id, name, render }`. Where the shell stands
 * outside the `TokenProvider`, give it the client.
 *
 * @example
 * ```tsx
 * <TanStackDevtools plugins={[tokenDevtoolsPlugin({ client: tokens })]} />
 * ```
 */
export function tokenDevtoolsPlugin<B extends BrokerShape>(
  props: TokenDevtoolsPanelProps<B> = {},
): TokenDevtoolsPlugin {
  return { id: 'valetkey', name: 'Valet Key', render: createElement(TokenDevtoolsPanel<B>, props) }
}
