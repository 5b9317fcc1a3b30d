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
    if (typeof document === 'undefined' || typeof window === 'undefined') return () => {}
    const end = new AbortController()
    const on = (target: EventTarget, type: string, cause: WakeCause) =>
      target.addEventListener(type, () => onWake(cause), { signal: end.signal })
    document.addEventListener(
      'visibilitychange',
      () => {
        if (!document.hidden) onWake('visible')
      },
      { signal: end.signal },
    )
    on(document, 'resume', 'resume')
    on(window, 'pageshow', 'pageshow')
    on(window, 'online', 'online')
    on(window, 'focus', 'focus')
    return () => end.abort()
  },
  hidden: () => typeof document !== 'undefined' && document.hidden,
  online: () => typeof navigator === 'undefined' || navigator.onLine !== false,
}
