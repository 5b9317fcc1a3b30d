/** The browser's hints that time may have passed unseen or the network may be back. */

export type WakeCause = 'visible' | 'pageshow' | 'resume' | 'online' | 'focus'

export interface WakeSignals {
  /** Starts listening. Returns the end of it. */
  listen(onWake: (cause: WakeCause) => void): () => void
  /** The page is in a hidden tab. */
  hidden(): boolean
  /** False only while the browser is sure that there is no network. */
  online(): boolean
}

/** Listens to document and window; silent where there is neither, as on a server. */
export const browserWakeSignals: WakeSignals = {
  listen(onWake) {
    if (!globalThis.document) return () => {}
    const end = new AbortController()
    const on = (target: EventTarget, type: string, cause: WakeCause) =>
      target.addEventListener(type, () => document.hidden || onWake(cause), end)
    on(document, 'visibilitychange', 'visible')
    on(document, 'resume', 'resume')
    for (const cause of ['pageshow', 'online', 'focus'] as const) on(window, cause, cause)
    return () => end.abort()
  },
  hidden: () => globalThis.document?.hidden ?? false,
  online: () => globalThis.navigator?.onLine ?? true,
}
