/** The life of one token as a pure machine: ten states, one door. */
import type { TokenError } from './errors.ts'
import type { AccessToken } from './types.ts'

/** A token as the cache holds it. */
export interface Held {
  readonly audience: string
  /** Absent where the broker keeps the token and proxies the calls. */
  readonly access: AccessToken | undefined
  /** What callers of `getToken` get: made once, so that answering costs nothing. */
  readonly answer: Promise<AccessToken> | undefined
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

/** What a state may carry; each state names what it always carries. */
interface Bare {
  readonly held?: Held
  /** A broker request for this key is on its way. */
  readonly pending?: boolean
  /** The clocks jumped: callers wait for one renewal. */
  readonly doubted?: boolean
  readonly trouble?: Trouble | undefined
}

interface Live extends Bare {
  readonly held: Held
}

interface Bereft extends Bare {
  readonly held?: never
  readonly trouble: Trouble
}

export type TokenState =
  | ({ readonly name: 'idle' | 'closed' } & { readonly [none in keyof Bare]?: never })
  /** A first token is on its way. */
  | ({ readonly name: 'loading'; readonly pending: true } & Bare)
  /** More than the soft margin is left. */
  | ({ readonly name: 'fresh' } & Live)
  /** Between the margins: served, and refreshed meanwhile. */
  | ({ readonly name: 'stale' } & Live)
  /** Within the hard margin: callers wait. */
  | ({ readonly name: 'expired' } & Live)
  /** No usable token, and a transient failure not long ago. */
  | ({ readonly name: 'backoff' } & Bereft)
  /** No usable token, and a failure that asking again does not mend. */
  | ({ readonly name: 'failed' } & Bereft)
  /** Refused by a vault, or given up by the app; another is wanted. */
  | ({ readonly name: 'rejected' } & Live)
  /** No usable token, and the browser is offline: nothing is tried until it is online or somebody calls. */
  | ({ readonly name: 'suspended' } & Bereft)

type ServingState = Extract<TokenState, { name: 'fresh' | 'stale' }>
type LiveState = ServingState | Extract<TokenState, { name: 'expired' }>

/** What can happen to a token, with the facts of each. */
export interface TokenSignals {
  /** Time has passed, until now. */
  look: [now: number]
  asked: []
  received: [Held]
  failed: [Trouble, now: number]
  refused: []
  /** A flight ended without an answer for this key. */
  dropped: []
  /** The clocks jumped between two looks. */
  jumped: []
  /** A reason to believe that the cause of the last failure is gone. */
  heartened: []
  closed: []
}

export const IDLE: TokenState = { name: 'idle' }

/** True for a token that was neither refused nor lost: it serves, or did until its margin. */
export function isLive(state: TokenState): state is LiveState {
  return state.name === 'expired' || isServing(state)
}

/** True while the token is handed out, but for a doubt. */
export function isServing(state: TokenState): state is ServingState {
  return state.name === 'fresh' || state.name === 'stale'
}

/** True if the token may be handed out for at least `minRemaining` ms from now. */
export function isUsable(state: TokenState, now: number, minRemaining: number): boolean {
  if (!isServing(state) || state.doubted) return false
  const { hardAt, endsAt } = state.held
  return now < hardAt && endsAt - now >= minRemaining
}

/** The only place where a token's state changes. Returns the same object if nothing does. */
export function transition<S extends keyof TokenSignals>(
  state: TokenState,
  signal: S,
  ...facts: TokenSignals[S]
): TokenState {
  return state.name === 'closed' ? state : TRANSITIONS[signal](state, ...facts)
}

const TRANSITIONS: {
  readonly [S in keyof TokenSignals]: (state: TokenState, ...facts: TokenSignals[S]) => TokenState
} = {
  look(state, now) {
    if (state.name === 'failed') return state.trouble.pausedUntil > now ? state : IDLE
    if (!isServing(state)) return state
    const { hardAt, dueAt } = state.held
    // What its refresh met with decides what callers meet.
    if (now >= hardAt && state.trouble && !state.pending) return withoutToken(state.trouble)
    if (now >= hardAt) return { ...state, name: 'expired' }
    return state.name === 'fresh' && now >= dueAt ? { ...state, name: 'stale' } : state
  },
  asked: (state) => (state.held ? { ...state, pending: true } : { name: 'loading', pending: true }),
  received: (_, held) => ({ name: 'fresh', held }),
  failed(state, trouble, now) {
    const kept = isLive(state) && now < state.held.hardAt
    return kept ? { ...state, pending: false, doubted: false, trouble } : withoutToken(trouble)
  },
  refused: (state) => (isLive(state) ? { name: 'rejected', held: state.held } : state),
  dropped(state) {
    if (state.name === 'loading') return IDLE
    return state.pending ? { ...state, pending: false } : state
  },
  jumped: (state) =>
    isServing(state) ? { ...state, name: 'stale', doubted: true, trouble: undefined } : state,
  heartened(state) {
    if (!state.trouble) return state
    return state.held ? { ...state, trouble: undefined } : IDLE
  },
  closed: () => ({ name: 'closed' }),
}

function withoutToken(trouble: Trouble): TokenState {
  if (!trouble.error.retryable) return { name: 'failed', trouble }
  return { name: trouble.error.code === 'offline' ? 'suspended' : 'backoff', trouble }
}
