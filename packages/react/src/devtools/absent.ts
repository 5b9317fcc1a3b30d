/** The same names everywhere else: nothing to see, nothing to bundle. */
import { createElement } from 'react'
import type { TokenDevtoolsPanelProps, TokenDevtoolsPlugin, TokenDevtoolsProps } from './types.ts'

export const TokenDevtools: (props: TokenDevtoolsProps) => null = () => null

export const TokenDevtoolsPanel: (props: TokenDevtoolsPanelProps) => null = () => null

export const tokenDevtoolsPlugin: (props?: TokenDevtoolsPanelProps) => TokenDevtoolsPlugin =
  () => ({
    id: 'valetkey',
    name: 'Valet Key',
    render: createElement(TokenDevtoolsPanel),
  })
