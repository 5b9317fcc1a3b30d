/** The same names everywhere else: nothing to see, nothing to bundle. */
import type { BrokerShape } from '@valetkey/client'
import { createElement } from 'react'
import type { TokenDevtoolsPanelProps, TokenDevtoolsPlugin, TokenDevtoolsProps } from './types.ts'

type Nothing<Props> = (props: Props) => null

export const TokenDevtools: Nothing<TokenDevtoolsProps<BrokerShape>> = () => null
export const TokenDevtoolsPanel: Nothing<TokenDevtoolsPanelProps<BrokerShape>> = () => null
export const tokenDevtoolsPlugin = (): TokenDevtoolsPlugin => ({
  id: 'valetkey',
  name: 'Valet Key',
  render: createElement(TokenDevtoolsPanel),
})
