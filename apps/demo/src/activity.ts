/** Follows the token client's event stream, for components. */
import { useSyncExternalStore } from 'react'
import { type Activity, NOTHING, withEvent } from './activity-state.ts'
import { tokens } from './tokens.ts'

let activity = NOTHING
const listeners = new Set<() => void>()

tokens.on('*', (event) => {
  activity = withEvent(activity, event)
  for (const listener of listeners) listener()
})

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

/** One fact of the activity; renders again only when that fact changes. */
export function useActivity<T>(select: (activity: Activity) => T): T {
  return useSyncExternalStore(subscribe, () => select(activity))
}
