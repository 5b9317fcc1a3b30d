/** The client's event stream: typed, free of secrets, the last 200 kept. */
import type { Clock } from './clock.ts'
import type { TokenErrorCode } from './errors.ts'
import { type Listeners, tell } from './listeners.ts'

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
  'replay-skipped': { audience: string; why: 'body' | 'cool-down' }
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

export const KEPT = 200

/** Where events go. */
export interface EventLog {
  readonly clock: Clock
  /** Oldest first; only the last 200 count. */
  readonly recent: TokenEvent[]
  readonly hearers: Listeners<TokenEvent>
}

export function emit<T extends TokenEventType>(log: EventLog, type: T, facts: EventFacts[T]): void {
  const event = Object.freeze({ type, at: log.clock.wall(), ...facts }) as unknown as TokenEvent
  // Cut now and then: each time would cost more than the rest.
  if (log.recent.push(event) > 2 * KEPT) log.recent.splice(0, KEPT)
  tell(log.hearers, type, event)
  tell(log.hearers, '*', event)
}
