'use client'
/** The hook that tells a browser from a server. */
import { useSyncExternalStore } from 'react'

const never = () => () => {}

/** False on a server and while hydrating: where the devtools stand, the server's page has nothing. */
export function useMounted(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  )
}
