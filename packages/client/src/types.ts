/** The public shapes of the client: what it takes, what it gives. */
import type { Clock } from './clock.ts'
import type { TokenError } from './errors.ts'
import type { TokenEventMap } from './events.ts'
import type { WakeSignals } from './wake-signals.ts'

/**
 * What the client reads of a broker's type: its audience names. `typeof broker` fits; nothing of it
 * exists at run time in the browser.
 */
export interface BrokerShape {
  readonly '~audiences'?: Readonly<Record<string, 'audience' | 'group'>>
}

type Names<B extends BrokerShape> = NonNullable<B['~audiences']>

/** Names that stand for a set of tokens, one per member. */
export type GroupName<B extends BrokerShape> = {
  [K in keyof Names<B> & string]: Names<B>[K] extends 'audience' ? never : K
}[keyof Names<B> & string]

/** Names that stand for one token; a group's member is `{group}/{member}`. */
export type AudienceName<B extends BrokerShape> =
  | { [K in keyof Names<B> & string]: Names<B>[K] extends 'group' ? never : K }[keyof Names<B> &
      string]
  | `${GroupName<B>}/${string}`

/** A bearer token for one audience. Printing, logging or serializing it shows no part of its value. */
export interface AccessToken {
  /** The text that goes after `Bearer `. Readable, never enumerable. */
  readonly value: string
  readonly audience: string
  /** Epoch milliseconds by the local wall clock, computed from the broker's `expires_in`. */
  readonly expiresAt: number
  readonly scope?: string | undefined
  /** Absolute base URL the token is for. */
  readonly resource?: string | undefined
}

/** One audience made ready by `prepare`: enough to call its vault, nothing to steal. */
export interface PreparedAudience {
  readonly audience: string
  /** Absolute base URL of the vault, ending in `/`; of the broker's proxy where the broker keeps the token. */
  readonly resource: string | undefined
  /** Epoch milliseconds. */
  readonly expiresAt: number
}

/** A snapshot of how an audience or a group stands; the same object until what it shows changes. */
export interface TokenStatus {
  readonly status: 'idle' | 'pending' | 'ready' | 'error'
  /** A refresh is on its way while the present token still serves. */
  readonly isRefreshing: boolean
  /** Epoch milliseconds; of a group, the earliest. */
  readonly expiresAt: number | undefined
  /** Epoch milliseconds at which the client refreshes by itself; of a group, the earliest. */
  readonly refreshAt: number | undefined
  /** Epoch milliseconds at which the broker request for the present token was sent. */
  readonly mintedAt: number | undefined
  /** Counts the tokens this client has had for the audience; of a group, the most of any member. */
  readonly generation: number
  readonly error: TokenError | undefined
  /** Member audiences of a group, as the broker last named them. */
  readonly members: readonly string[] | undefined
}

export interface GetTokenOptions {
  /** Detaches this caller alone; the broker request goes on for others. */
  signal?: AbortSignal
  /** Milliseconds of life the token must have left. */
  minRemaining?: number
  /** Space-separated; may only narrow what the broker grants. */
  scope?: string
  /** A token a vault refused: the answer is another one, or an error. */
  rejected?: AccessToken
}

export interface GetTokensOptions {
  signal?: AbortSignal
  /** Milliseconds of life every token must have left. */
  minRemaining?: number
  scope?: string
  /** How many members suffice. Default: all. */
  quorum?: number
}

export interface FetchForOptions {
  scope?: string
}

/** A broker's answer, in the shape of the wire. */
export type TokenResponseBody = unknown

/** The broker as a function, for apps with a transport of their own: request body in, answer body out. */
export interface BrokerFunction {
  (request: BrokerRequest, options: { signal: AbortSignal }): Promise<TokenResponseBody>
  /** The most tokens it is asked for at once. @default 32 */
  readonly maxItems?: number
}

export interface BrokerRequest {
  background?: boolean | undefined
  tokens: {
    id: string
    audience: string
    scope?: string | undefined
    rejected?: string | undefined
  }[]
}

export interface TokenClientOptions {
  /**
   * Headers for broker requests, read afresh for each: the place for an app's own bearer. If it throws,
   * the request fails with `broker_unreachable` and that error as its cause.
   */
  headers?: () => HeadersInit | Promise<HeadersInit>
  /**
   * Who is signed in, read at every use; a change resets the client. Any stable string that is not a
   * secret, for example a user id.
   */
  identity?: () => string | null | undefined
  /** Origins a token may go to besides its `resource`, by audience (or group). */
  origins?: Readonly<Record<string, readonly string[]>>
  fetch?: typeof fetch
  /**
   * Opens a connection to a vault's origin while the broker is asked for its token, as far as the origin
   * is known by then: from `origins`, or from an earlier token. @default a `preconnect` link in the document
   */
  preconnect?: (origin: string) => void
  clock?: Clock
  /** A number in [0, 1). @default Math.random */
  random?: () => number
  /** Refresh in hidden tabs too. @default false */
  keepInBackground?: boolean
  /** Where the client learns that a tab is hidden, shown or online again. @default the browser's own events */
  wakeSignals?: WakeSignals
  /**
   * Where the client meets the other tabs of the app: a `reset` or `invalidate` in one reaches all that
   * use the same broker. `false`: not at all, as for an app with another user in each tab.
   *
   * @default the browser's window; nothing where there is none, as on a server
   */
  tabs?: TabScope | false
  /** How long a caller waits for a token, in milliseconds, 60000 at most. @default 15000 */
  timeoutMs?: number
}

/**
 * What the client uses of a window to meet other tabs; `window` itself fits. What is missing, or throws
 * when it is looked at (private windows, sandboxed frames), is done without. No token ever goes here:
 * only the names of audiences, and a fingerprint of the identity.
 */
export interface TabScope {
  /** Carries messages between tabs. Opened once, closed while the page is in the back/forward cache. */
  readonly BroadcastChannel?: new (
    name: string,
  ) => TabPort
  /** Keeps the id of the last reset, so that a tab which missed the message sees it when it wakes. */
  readonly localStorage?: Pick<Storage, 'getItem' | 'setItem'>
  addEventListener?(
    type: 'pagehide' | 'pageshow' | 'storage',
    listener: () => void,
    options: { readonly signal: AbortSignal },
  ): void
}

/** A channel's end in one tab; a `BroadcastChannel` fits. */
export interface TabPort {
  postMessage(message: unknown): void
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void
  close(): void
}

/** Gets tokens from a broker, keeps them fresh, attaches them to requests. */
export interface TokenClient<B extends BrokerShape = BrokerShape> {
  /**
   * Nothing at run time. A mapped type over `B` has compilers before TypeScript 7 compare clients by their
   * members: by `B` alone they find a client of one broker unfit where one of any is asked for.
   */
  readonly '~broker'?: { readonly [K in keyof B]?: unknown }
  /**
   * A token that is usable now. Answers from memory when it can, joins a request already on its way,
   * and asks the broker only as a last resort.
   *
   * @throws {TokenError} when no usable token can be had. A failed early refresh does not throw.
   * @throws {DOMException} `AbortError` when `signal` aborts.
   */
  getToken(audience: AudienceName<B>, options?: GetTokenOptions): Promise<AccessToken>
  /**
   * Tokens for every member of a group, or for several audiences, from one broker request: an immutable
   * snapshot, all usable, keyed by member address.
   *
   * @throws {TokenError} `group_incomplete`, naming the missing, when fewer than `quorum` are usable.
   */
  getTokens(
    target: GroupName<B> | readonly AudienceName<B>[],
    options?: GetTokensOptions,
  ): Promise<ReadonlyMap<string, AccessToken>>
  /**
   * Like `getTokens`, without the tokens: makes sure that each can be called for `minRemaining` ms and
   * says where. Works too where the broker keeps the token and proxies the calls.
   */
  prepare(
    target: GroupName<B> | readonly AudienceName<B>[],
    options?: GetTokensOptions,
  ): Promise<readonly PreparedAudience[]>
  /**
   * A `fetch` that attaches the audience's token, to its own origins only, and answers a 401 by one
   * refresh and one replay. Relative URLs resolve against the audience's resource.
   */
  fetchFor(audience: AudienceName<B>, options?: FetchForOptions): typeof fetch
  /** A callback for SDKs that ask for `() => Promise<string>`. */
  tokenGetter(audience: AudienceName<B>): () => Promise<string>
  status(target: AudienceName<B> | GroupName<B>): TokenStatus
  /** Calls `listener` whenever `status(target)` changes. Returns the unsubscribe. */
  subscribe(target: AudienceName<B> | GroupName<B>, listener: () => void): () => void
  /** Listens to one kind of event, or to all (`*`). Events hold no secret. */
  on<T extends keyof TokenEventMap | '*'>(
    type: T,
    listener: (
      event: T extends keyof TokenEventMap ? TokenEventMap[T] : TokenEventMap[keyof TokenEventMap],
    ) => void,
  ): () => void
  /** The last 200 events, oldest first. */
  events(): readonly TokenEventMap[keyof TokenEventMap][]
  /** Renews in the background until the returned function is called. */
  keepFresh(target: AudienceName<B> | GroupName<B>): () => void
  /** Gives up the present token, in every tab; the next use asks the broker for another. */
  invalidate(target: AudienceName<B> | GroupName<B>): void
  /** Who the tokens belong to, as `identity()` or `reset` last said. */
  identity(): string | null | undefined
  /**
   * Forgets everything, at once, and tells the other tabs, which do the same unless they have that
   * identity already. To the identity it has already, a no-op.
   */
  reset(identity?: string | null): void
  /** Ends the client: timers, listeners and requests. Every later call rejects with `disposed`. */
  dispose(): void
}
