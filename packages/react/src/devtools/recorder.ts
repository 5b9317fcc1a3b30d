/** What the client has told so far: more than it keeps itself, for as long as somebody looks. */
import type { TokenClient, TokenEvent } from '@valetkey/client'
import { madeOnce } from '../made-once.ts'
import { type Lane, lanesOf } from './lanes.ts'

const MOST_EVENTS = 1_000

/** Immutable. */
export interface Recording {
  /** Oldest first. */
  readonly events: readonly TokenEvent[]
  readonly lanes: readonly Lane[]
}

export interface Recorder {
  readonly snapshot: () => Recording
  readonly subscribe: (listener: () => void) => () => void
}

export const NOTHING: Recording = Object.freeze({ events: [], lanes: [] })

const kept = madeOnce<Recorder>()

/** One for each client. It only listens: it asks for no token, and keeps none fresh. */
export function recorderOf(client: TokenClient): Recorder {
  return kept(client, '', () => createRecorder(client))
}

function createRecorder(client: TokenClient): Recorder {
  const listeners = new Set<() => void>()
  const watched = new Map<string, () => void>()
  let events: TokenEvent[] = []
  let recording = NOTHING
  let isDue = false

  function look(): void {
    isDue = false
    const lanes = lanesOf(events, (audience) => client.status(audience))
    recording = { events: [...events], lanes }
    if (listeners.size === 0) return
    for (const { audience } of lanes)
      if (!watched.has(audience)) watched.set(audience, client.subscribe(audience, plan))
    for (const listener of listeners) listener()
  }
  /** A page's worth of events is looked at once. */
  function plan(): void {
    if (isDue) return
    isDue = true
    queueMicrotask(look)
  }
  function start(): () => void {
    const known = new Set(events)
    events = [...events, ...client.events().filter((event) => !known.has(event))]
    const stop = client.on('*', (event) => {
      if (events.push(event) > MOST_EVENTS) events = events.slice(-MOST_EVENTS)
      plan()
    })
    plan()
    return () => {
      stop()
      for (const end of watched.values()) end()
      watched.clear()
    }
  }

  let stop = () => {}
  return {
    snapshot: () => recording,
    subscribe(listener) {
      if (listeners.size === 0) stop = start()
      // One function may subscribe twice.
      const own = () => listener()
      listeners.add(own)
      return () => {
        if (listeners.delete(own) && listeners.size === 0) stop()
      }
    },
  }
}
