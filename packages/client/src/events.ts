/** The client's event stream: typed, free of secrets, the last 200 kept. */
import type { Clock } from './clock.ts'
import type { TokenErrorCode } from './errors.ts'

/** What each event says besides `type` and `at`. Times in milliseconds. */
interface EventFacts {
  /** A broker request was sent. */
  request: { audiences: readonly string[]; background: boolean }
  /** A token arrived and serves from now on. */
  refreshed: {
    audience: string
    generation: number
    mintedAt: number
    refreshAt: number
    expiresAt: number
    lifetimeMs: number
  }
  /** A broker request brought no token; `servedOld` says that the present one still serves. */
  'refresh-failed': {
    audience: string
    code: TokenErrorCode
    servedOld: boolean
    retryAt: number | undefined
  }
  /** A call with a token attached was answered by its vault. */
  call: { audience: string; status: number; durationMs: number; generation: number }
  /** A vault answered 401. */
  refused: { audience: string; generation: number }
  /** The call was sent again with another token. */
  replayed: { audience: string; generation: number }
  'replay-skipped': { audience: string; why: 'body' | 'cool-down' | 'proxy' }
  /** The broker stands by the token that the vault refused. */
  'same-token': { audience: string }
  /** A token minted for the refusal was refused too; 401s pass through until `until`. */
  'token-rejected': { audience: string; until: number }
  /** Wall and monotonic clock disagree: the machine slept, or somebody set the clock. */
  'clock-jump': { driftMs: number }
  /** The token lives too briefly for renewals in the background. */
  'short-lifetime': { audience: string; lifetimeMs: number }
  'session-expired': { status: number | undefined }
  'identity-changed': { cause: 'reset' | 'identity' | 'session' | 'tab' }
  wake: { cause: string }
  disposed: Record<never, never>
}

export type TokenEventMap = {
  [T in keyof EventFacts]: { readonly type: T; readonly at: number } & Readonly<EventFacts[T]>
}
export type TokenEventType = keyof TokenEventMap
export type TokenEvent = TokenEventMap[TokenEventType]

const KEPT = 200

export interface Events {
  emit<T extends TokenEventType>(type: T, facts: EventFacts[T]): void
  on(type: TokenEventType | '*', listener: (event: never) => void): () => void
  recent(): readonly TokenEvent[]
  clear(): void
}

/** Creates the stream. A listener that throws disturbs neither the client nor other listeners. */
export function createEvents(clock: Clock): Events {
  const listeners = new Map<string, Set<(event: TokenEvent) => void>>()
  const kept: TokenEvent[] = []

  function tell(type: string, event: TokenEvent): void {
    for (const listener of Array.from(listeners.get(type) ?? [])) {
      try {
        listener(event)
      } catch (error) {
        // Shown as uncaught, where the app's own error reporting sees it.
        queueMicrotask(() => {
          throw error
        })
      }
    }
  }

  return {
    emit(type, facts) {
      const event = Object.freeze({ type, at: clock.wall(), ...facts }) as unknown as TokenEvent
      kept.push(event)
      if (kept.length > KEPT) kept.shift()
      tell(type, event)
      tell('*', event)
    },
    on(type, listener) {
      const own = listener as (event: TokenEvent) => void
      const set = listeners.get(type) ?? new Set()
      listeners.set(type, set.add(own))
      return () => void set.delete(own)
    },
    recent: () => [...kept],
    clear() {
      listeners.clear()
    },
  }
}
