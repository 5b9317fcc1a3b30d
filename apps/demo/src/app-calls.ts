/** Counts what the app itself gets to see of its vault calls, after the client has done its part. */
import { type BrokerShape, isTokenError, type TokenClient } from '@valetkey/client'
import { useSyncExternalStore } from 'react'
import { isProxied } from './audiences.ts'
import { forgetScore, noteCall, noteRefusal, noteToken } from './bench/scoreboard.ts'
import { noteReach } from './reach.ts'

let unauthorized = 0
const listeners = new Set<() => void>()

/** The same client; the answers and failures that its `fetchFor` hands to the app are counted. */
export function observeCalls<B extends BrokerShape>(client: TokenClient<B>): TokenClient<B> {
  client.on('refreshed', noteToken)
  client.on('refused', noteRefusal)
  return {
    ...client,
    fetchFor(audience, options) {
      const send = client.fetchFor(audience, options)
      const note = (isAnswered: boolean) => {
        if (!isProxied(audience)) noteReach(audience, isAnswered)
      }
      return async (input, init) => {
        try {
          const response = await send(input, init)
          if (response.status === 401) unauthorized += 1
          noteCall(audience, response)
          note(true)
          return response
        } catch (error) {
          if (!init?.signal?.aborted) noteCall(audience, { error })
          // Without a token there was no call.
          if (!isTokenError(error)) note(false)
          throw error
        } finally {
          for (const listener of listeners) listener()
        }
      }
    },
  }
}

/** Counts from zero again, for the next user. */
export function forgetCalls(): void {
  unauthorized = 0
  forgetScore()
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

/** 401s that reached the app, since this user signed in. */
export function useUnauthorizedSeen(): number {
  return useSyncExternalStore(subscribe, () => unauthorized)
}
