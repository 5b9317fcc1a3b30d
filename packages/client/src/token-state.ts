/** The life of one token as a pure machine: ten states, one door. */
import type { TokenError } from './errors.ts'
import type { AccessToken } from './types.ts'

/** A token as the cache holds it. */
export interface Held {
  readonly audience: string
  /** Absent where the broker keeps the token and proxies the calls. */
  readonly access: AccessToken | undefined
  readonly tokenId: string | undefined
  readonly resource: string | undefined
  /** When it expires, by the client's own time. */
  readonly endsAt: number
  /** Its full life as the broker gave it. */
  readonly lifetimeMs: number
  /** Epoch milliseconds of the local clock: asked for, to be refreshed, expired. */
  readonly mintedAt: number
  readonly refreshAt: number
  readonly expiresAt: number
  /** Remaining life at which it is refreshed. */
  readonly softMs: number
  /** Remaining life at which it is no longer handed out. */
  readonly hardMs: number
  readonly generation: number
}

/** Why the last try failed, until when nobody tries again. Times of states are the client's own. */
export interface Trouble {
  readonly error: TokenError
  readonly pausedUntil: number
  readonly failures: number
  readonly terminal: boolean
}

interface Live {
  readonly held: Held
  readonly pending: boolean
  /** The clocks jumped: callers wait for one renewal. */
  readonly doubted: boolean
  readonly trouble: Trouble | undefined
}

export type TokenState =
  | { readonly name: 'idle' }
  /** A first token is on its way. */
  | { readonly name: 'loading'; readonly failures: number }
  /** More than the soft margin is left. */
  | ({ readonly name: 'fresh' } & Live)
  /** Between the margins: served, and refreshed meanwhile. */
  | ({ readonly name: 'stale' } & Live)
  /** Within the hard margin: callers wait. */
  | ({ readonly name: 'expired' } & Live)
  /** No usable token, and a transient failure not long ago. */
  | { readonly name: 'backoff'; readonly trouble: Trouble }
  /** No usable token, and a failure that asking again does not mend. */
  | { readonly name: 'failed'; readonly trouble: Trouble }
  /** Refused by a vault, or given up by the app; another is wanted. */
  | { readonly name: 'rejected'; readonly held: Held; readonly pending: boolean }
  /** No usable token, and the browser is offline: nothing is tried until it is online or somebody calls. */
  | { readonly name: 'suspended'; readonly trouble: Trouble }
  | { readonly name: 'closed' }

export type TokenSignal =
  /** Time has passed. */
  | { readonly type: 'look'; readonly now: number }
  | { readonly type: 'asked' }
  | { readonly type: 'received'; readonly held: Held }
  | { readonly type: 'failed'; readonly trouble: Trouble; readonly now: number }
  | { readonly type: 'refused' }
  /** A flight ended without an answer for this key. */
  | { readonly type: 'dropped' }
  /** The clocks jumped between two looks. */
  | { readonly type: 'jumped' }
  /** A reason to believe that the cause of the last failure is gone. */
  | { readonly type: 'heartened' }
  | { readonly type: 'closed' }

export const IDLE: TokenState = Object.freeze({ name: 'idle' })

/** The token in a state, whether usable or not. */
export function heldIn(state: TokenState): Held | undefined {
  return 'held' in state ? state.held : undefined
}

export function troubleIn(state: TokenState): Trouble | undefined {
  return 'trouble' in state ? state.trouble : undefined
}

/** A broker request for this key is on its way. */
export function isPending(state: TokenState): boolean {
  return state.name === 'loading' || ('pending' in state && state.pending)
}

/** True if the token may be handed out for at least `minRemaining` ms from now. */
export function isUsable(state: TokenState, now: number, minRemaining: number): boolean {
  if (!('doubted' in state) || state.doubted) return false
  const remaining = state.held.endsAt - now
  return remaining > state.held.hardMs && remaining >= minRemaining
}

/** The only place where a token's state changes. Returns the same object if nothing does. */
export function transition(state: TokenState, signal: TokenSignal): TokenState {
  if (state.name === 'closed') return state
  switch (signal.type) {
    case 'look':
      return looked(state, signal.now)
    case 'asked':
      return asked(state)
    case 'received':
      return fresh(signal.held)
    case 'failed':
      return failed(state, signal.trouble, signal.now)
    case 'refused':
      return 'doubted' in state ? { name: 'rejected', held: state.held, pending: false } : state
    case 'dropped':
      if (state.name === 'loading') return IDLE
      return 'pending' in state && state.pending ? { ...state, pending: false } : state
    case 'jumped':
      return 'doubted' in state && state.name !== 'expired'
        ? { ...state, name: 'stale', doubted: true, trouble: undefined }
        : state
    case 'heartened':
      return heartened(state)
    case 'closed':
      return { name: 'closed' }
    default:
      return signal satisfies never
  }
}

function fresh(held: Held): TokenState {
  return { name: 'fresh', held, pending: false, doubted: false, trouble: undefined }
}

function looked(state: TokenState, now: number): TokenState {
  if (state.name === 'failed') return state.trouble.pausedUntil > now ? state : IDLE
  if (state.name !== 'fresh' && state.name !== 'stale') return state
  const remaining = state.held.endsAt - now
  if (remaining <= state.held.hardMs) return lapsed(state)
  if (state.name === 'fresh' && remaining <= state.held.softMs) return { ...state, name: 'stale' }
  return state
}

/** A token fell to its hard margin: what its refresh met with decides what callers meet. */
function lapsed(state: TokenState & Live): TokenState {
  if (state.pending || !state.trouble) return { ...state, name: 'expired' }
  return withoutToken(state.trouble)
}

function withoutToken(trouble: Trouble): TokenState {
  if (trouble.terminal) return { name: 'failed', trouble }
  return { name: trouble.error.code === 'offline' ? 'suspended' : 'backoff', trouble }
}

function asked(state: TokenState): TokenState {
  switch (state.name) {
    case 'fresh':
    case 'stale':
    case 'expired':
    case 'rejected':
      return state.pending ? state : { ...state, pending: true }
    case 'backoff':
    case 'suspended':
      return { name: 'loading', failures: state.trouble.failures }
    case 'loading':
      return state
    default:
      return { name: 'loading', failures: 0 }
  }
}

function failed(state: TokenState, trouble: Trouble, now: number): TokenState {
  if (!('doubted' in state)) return withoutToken(trouble)
  const kept: TokenState = { ...state, pending: false, doubted: false, trouble }
  return state.held.endsAt - now > state.held.hardMs ? kept : withoutToken(trouble)
}

function heartened(state: TokenState): TokenState {
  switch (state.name) {
    case 'failed':
    case 'backoff':
    case 'suspended':
      return IDLE
    case 'fresh':
    case 'stale':
    case 'expired':
      return state.trouble ? { ...state, trouble: undefined } : state
    default:
      return state
  }
}
