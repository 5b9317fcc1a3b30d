/** Counts what the app itself gets to see of its vault calls, after the client has done its part. */
import { type BrokerShape, isTokenError, type TokenClient } from '@valetkey/client'
import { useSyncExternalStore } from 'react'
import { isProxied } from './audiences.ts'
import { noteReach } from './reach.ts'

let unauthorized = 0
let failed = 0
const listeners = new Set<() => void>()

/** The same client; the answers and failures that its `fetchFor` hands to the app are counted. */
export function observeCalls<B extends BrokerShape>(client: TokenClient<B>): TokenClient<B> {
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
          if (!response.ok) failed += 1
          note(true)
          return response
        } catch (error) {
          if (!init?.signal?.aborted) failed += 1
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
  failed = 0
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

/** Vault calls that failed for the app, whatever the cause, since this user signed in. */
export function useFailedCalls(): number {
  return useSyncExternalStore(subscribe, () => failed)
}
