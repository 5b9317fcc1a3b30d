/** Follows the token client's event stream, for components. */
import { useSyncExternalStore } from 'react'
import { type Activity, NOTHING, withEvent } from './activity-state.ts'
import { tokens } from './tokens.ts'

let activity = NOTHING
let shown = NOTHING
const listeners = new Set<() => void>()

let frame: number | undefined

tokens.on('*', (event) => {
  activity = withEvent(activity, event)
  // Once a frame: a storm of calls must not become a storm of renders.
  frame ??= requestAnimationFrame(() => {
    frame = undefined
    shown = activity
    for (const listener of listeners) listener()
  })
})

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

/** One fact of the activity; renders again only when that fact changes. */
export function useActivity<T>(select: (activity: Activity) => T): T {
  return useSyncExternalStore(subscribe, () => select(shown))
}
