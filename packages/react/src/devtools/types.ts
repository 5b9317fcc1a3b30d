/** What the devtools take. */
import type { BrokerShape, TokenClient } from '@valetkey/client'
import type { ReactElement } from 'react'

export interface TokenDevtoolsPanelProps<B extends BrokerShape = BrokerShape> {
  /** @default the client of the nearest `TokenProvider` */
  client?: TokenClient<B>
  /** @default 'system' */
  theme?: 'light' | 'dark' | 'system'
  /** For a Content Security Policy that asks for one on `<style>`. */
  nonce?: string
  /** The wall clock, for a client with a `clock` of its own. Epoch milliseconds. @default Date.now */
  now?: () => number
}

export interface TokenDevtoolsProps<B extends BrokerShape = BrokerShape>
  extends TokenDevtoolsPanelProps<B> {
  /** Whether it is open at first. @default false */
  defaultOpen?: boolean
  /** Where at the foot of the page the button stands. @default 'center', between Next's and TanStack's */
  position?: 'left' | 'center' | 'right'
}

/** What a shell of devtools, such as TanStack's, lists among its `plugins`. */
export interface TokenDevtoolsPlugin {
  readonly id: string
  readonly name: string
  readonly render: ReactElement
}
