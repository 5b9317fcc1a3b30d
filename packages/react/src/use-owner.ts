'use client'
/** The hook that knows whose vault data is shown. */
import type { TokenClient } from '@valetkey/client'
import type { QueryClient } from '@tanstack/react-query'
import { useCallback, useSyncExternalStore } from 'react'
import { currentOwner, watchIdentity } from './identity-watch.ts'
import type { Owner } from './vault-query-key.ts'

/** Renders again when somebody else signs in; `queryClient` is rid of the former user's data by then. */
export function useOwner(client: TokenClient, queryClient: QueryClient): Owner {
  const subscribe = useCallback(
    (listener: () => void) => {
      // First in line: the data is gone before anything renders under the next identity.
      const release = watchIdentity(client, queryClient)
      const stop = client.on('identity-changed', listener)
      return () => {
        stop()
        release()
      }
    },
    [client, queryClient],
  )
  const snapshot = () => currentOwner(client)
  return useSyncExternalStore(subscribe, snapshot, snapshot)
}
