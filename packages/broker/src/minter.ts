/** The one shape every vendor fits: how the broker obtains a token. */
import type { Operations } from './operation.ts'

/** What the broker asks a minter for. */
export interface MintRequest {
  /** The audience as the configuration names it; for a member of a group, `{group}/{member}`. */
  audience: string
  /** The member's name where the minter is a group. */
  member?: string
  /** Whom the token is for: the subject that `authenticate` gave, or `undefined` if the minter is shareable. */
  subject?: string
  /** Space-separated, already narrowed to what was granted. */
  scope?: string
  context?: unknown
  /** The lifetime to aim for, in milliseconds. A minter may give less, never more. */
  lifetimeMs: number
  /** Aborts at the broker's deadline. */
  signal: AbortSignal
  /** To be sent with calls of the upstream, so that its traces are found: `traceparent`, perhaps `tracestate`. */
  traceHeaders?: Readonly<Record<string, string>>
}

/** What a minter gives back. */
export interface MintedToken {
  /** The token's text. */
  value: string
  /**
   * Epoch milliseconds by this server's clock. Where the upstream names none, the time before the
   * upstream call plus the lifetime asked for.
   */
  expiresAt: number
  scope?: string
  /** Base URL the token is for (RFC 8707). */
  resource?: string
  /** The upstream's own id of the token, for `revoke`. Not secret. */
  id?: string
}

/** Bounds of a minter's lifetimes, in milliseconds. */
export interface MinterLimits {
  /** Asked for when neither request nor configuration says. */
  defaultLifetimeMs: number
  maxLifetimeMs: number
  /**
   * The shortest life the upstream can give, where it has one. Who is bound to less gets no token of it,
   * unless the audience is proxied or says `allowOutliving`. @default 0
   */
  minLifetimeMs?: number
}

/** Something an operator should know of a minter. */
export interface MinterNotice {
  /**
   * `signer`: what signs its tokens · `signer-failed`: it was tried and is not fit · `reloaded`: a new credential is in use · `reload-failed`: a new one
   * cannot be used, the old one still is · `expires-soon`, `expired`: of a token that people renew by hand ·
   * `assumption`: it takes something for granted that its system does not document
   */
  readonly kind:
    | 'signer'
    | 'signer-failed'
    | 'reloaded'
    | 'reload-failed'
    | 'expires-soon'
    | 'expired'
    | 'assumption'
  /** In words for a log. Holds no secret. */
  readonly detail: string
}

/**
 * Mints or exchanges tokens of one system. It never caches, never retries, never reads a request;
 * the broker does all three. Throws `MintError` where it can name the cause.
 */
export interface Minter {
  /** The system's name for logs and errors, for example `secretvault`. */
  readonly name: string
  /** True if one token may serve all users, because nothing in it depends on the subject. */
  readonly shareable: boolean
  readonly limits: MinterLimits
  /**
   * Set where a token carries the authority of a whole organization: what that means, in a few words.
   * The broker hands such tokens to browsers only if `allowFullAuthority` is true, and else proxies.
   */
  readonly fullAuthority?: string
  readonly allowFullAuthority?: boolean
  /**
   * Set where calls had better go through the broker, for example since nobody knows whether the system admits
   * browsers: why, in a few words. The broker then proxies, unless the audience says `delivery: 'token'`.
   */
  readonly prefersProxy?: string
  /** Set where a token must never reach a browser, whatever the configuration says: why, in a few words. */
  readonly staysOnServer?: string
  /** What the system does for a user besides giving a token: each is `POST {broker}/x/{audience}/{operation}`. */
  readonly operations?: Operations
  /** Least share of its full life a cached token must have left to be handed out. Default 0.8. */
  readonly freshShare?: number
  mint(request: MintRequest): Promise<MintedToken>
  revoke?(token: MintedToken, options: { signal: AbortSignal }): Promise<void>
  /**
   * Another text whenever the credential is another, the same in every process. Part of the cache's key, so
   * that tokens of a credential that was replaced are handed out no more. Not secret.
   */
  credentialVersion?(): string
  /**
   * Reads the credential anew. Rejects where it cannot be used, and goes on with the old one.
   */
  reload?(): Promise<void>
  /**
   * Begins to look after the credential, by watching its file for example. A broker calls this when it
   * starts, the returned function when it closes.
   */
  watch?(notify: (notice: MinterNotice) => void): () => void
}

/** One member of a group. */
export interface GroupMember {
  /** The part of the address after `{group}/`, for example the DID of a node. */
  readonly name: string
  /** Base URL of the member's vault. */
  readonly resource: string
}

/** A minter of several tokens that are used together, one per member. */
export interface GroupMinter extends Minter {
  /** Read anew for every answer. A large group gives the same frozen list until it changes, and is checked once. */
  members(): readonly GroupMember[]
}

/** Why a mint failed, in the words of the wire. */
export type MintErrorCode =
  | 'upstream_invalid'
  | 'upstream_auth'
  | 'upstream_timeout'
  | 'temporarily_unavailable'
  | 'invalid_target'

/** Thrown by a minter that can name the cause. The message reaches logs, never a browser; it holds no secret. */
export class MintError extends Error {
  override readonly name = 'MintError'
  readonly code: MintErrorCode
  /** How long the upstream asked to be left alone, in milliseconds. */
  readonly retryAfterMs?: number

  constructor(
    code: MintErrorCode,
    message: string,
    options?: ErrorOptions & { retryAfterMs?: number },
  ) {
    super(message, options)
    this.code = code
    if (options?.retryAfterMs !== undefined) this.retryAfterMs = options.retryAfterMs
  }
}
