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
  /** From when on it is refreshed; from when on it is no longer handed out. */
  readonly dueAt: number
  readonly hardAt: number
  readonly generation: number
}

/** Why the last try failed, until when nobody tries again. Times of states are the client's own. */
export interface Trouble {
  readonly error: TokenError
  readonly pausedUntil: number
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
  | { readonly name: 'loading' }
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
  /** Time has passed, until now. */
  | readonly ['look', number]
  | readonly ['asked']
  | readonly ['received', Held]
  | readonly ['failed', Trouble, now: number]
  | readonly ['refused']
  /** A flight ended without an answer for this key. */
  | readonly ['dropped']
  /** The clocks jumped between two looks. */
  | readonly ['jumped']
  /** A reason to believe that the cause of the last failure is gone. */
  | readonly ['heartened']
  | readonly ['closed']

export const IDLE: TokenState = { name: 'idle' }

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
  const { hardAt, endsAt } = state.held
  return now < hardAt && endsAt - now >= minRemaining
}

/** The only place where a token's state changes. Returns the same object if nothing does. */
export function transition(state: TokenState, signal: TokenSignal): TokenState {
  if (state.name === 'closed') return state
  switch (signal[0]) {
    case 'look':
      return looked(state, signal[1])
    case 'asked':
      return asked(state)
    case 'received':
      return fresh(signal[1])
    case 'failed':
      return failed(state, signal[1], signal[2])
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
  const { hardAt, dueAt } = state.held
  if (now >= hardAt) return lapsed(state)
  if (state.name === 'fresh' && now >= dueAt) return { ...state, name: 'stale' }
  return state
}

/** A token fell to its hard margin: what its refresh met with decides what callers meet. */
function lapsed(state: TokenState & Live): TokenState {
  if (state.pending || !state.trouble) return { ...state, name: 'expired' }
  return withoutToken(state.trouble)
}

function withoutToken(trouble: Trouble): TokenState {
  if (!trouble.error.retryable) return { name: 'failed', trouble }
  return { name: trouble.error.code === 'offline' ? 'suspended' : 'backoff', trouble }
}

function asked(state: TokenState): TokenState {
  if (!('pending' in state)) return { name: 'loading' }
  return state.pending ? state : { ...state, pending: true }
}

function failed(state: TokenState, trouble: Trouble, now: number): TokenState {
  if (!('doubted' in state)) return withoutToken(trouble)
  const kept: TokenState = { ...state, pending: false, doubted: false, trouble }
  return now < state.held.hardAt ? kept : withoutToken(trouble)
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
