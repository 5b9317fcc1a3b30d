/** The browser's hints that time may have passed unseen or the network may be back. */

/** The browser's own names of the events. All reach the window; one of a hidden page wakes nobody. */
const CAUSES = ['visibilitychange', 'pageshow', 'resume', 'online', 'focus'] as const

export type WakeCause = (typeof CAUSES)[number]

export interface WakeSignals {
  /** Starts listening. Returns the end of it. */
  listen(onWake: (cause: WakeCause) => void): () => void
  /** The page is in a hidden tab. */
  hidden(): boolean
  /** False only while the browser is sure that there is no network. */
  online(): boolean
}

/** Listens to the window; silent where there is none, as on a server. */
export const browserWakeSignals: WakeSignals = {
  listen(onWake) {
    const end = new AbortController()
    for (const cause of CAUSES)
      globalThis.window?.addEventListener(cause, () => document.hidden || onWake(cause), end)
    return () => end.abort()
  },
  hidden: () => !!globalThis.document?.hidden,
  online: () => globalThis.navigator?.onLine ?? true,
}
