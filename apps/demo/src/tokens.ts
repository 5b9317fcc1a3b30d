/** The page's one token client. */
import { createTokenClient } from '@valetkey/client'
import type { Broker } from '../server/broker.ts'
import { forgetCalls, observeCalls } from './app-calls.ts'
import { forgetReach } from './reach.ts'
import { currentUserId, onUserChange } from './session.ts'

declare module '@valetkey/react' {
  interface Register {
    broker: Broker
  }
}

export const tokens = observeCalls(
  createTokenClient<Broker>('/api/broker', { identity: currentUserId }),
)

// At once on signing in and out; by `identity` alone the client would notice at its next use.
onUserChange(() => {
  tokens.reset(currentUserId())
  forgetCalls()
  forgetReach()
})
