/** The public shapes of the broker: what it takes, what it gives. */
import type { Clock } from './clock.ts'
import type { BrokerEvent } from './events.ts'
import type { ClientAddress, RateLimits, UpstreamLimits } from './limit-options.ts'
import type { GroupMinter, Minter } from './minter.ts'
import type { ProxyRule } from './proxy-rules.ts'
import type { CacheFactory } from './shared-cache.ts'
import type { Telemetry } from './telemetry.ts'

/** Who is signed in, as the app's own login says. */
export interface Principal {
  /** Who it is: a stable id of the user. Tokens are cached under it. */
  readonly subject: string
  /**
   * Which login it is: a session id, or anything else that changes with every sign-in. Browsers get a
   * hash of it and forget their tokens when it changes.
   */
  readonly login: string
  /** Epoch milliseconds at which the login ends. No token outlives it. */
  readonly expiresAt?: number | undefined
  readonly roles?: readonly string[] | undefined
  /** Facts for minters that put some into their tokens. Plain JSON. */
  readonly context?: unknown
}

/** What `authorize` is asked for. */
export interface GrantRequest {
  /** An audience, a group, or a member as `{group}/{member}`. May name what the configuration does not. */
  readonly audience: string
  /** Space-separated, as asked for. */
  readonly scope?: string
  /** Seconds, as asked for. */
  readonly ttl?: number
  /** Set for a call through the proxy, and only then. */
  readonly method?: string
  /** The path at the vault, percent-encoded as it is sent on, for example `/v1/cards/7`; without the query. */
  readonly path?: string
  /** Set for an operation besides giving a token, and only then, for example `signed-data-tokens`. */
  readonly operation?: string
}

/** What `authorize` answers; `true` grants what the configuration allows, an object narrows it. */
export type Grant =
  | boolean
  | {
      /** Space-separated: the scope this user may have. */
      readonly scope?: string | undefined
      /** The longest life of a token for this user, in milliseconds. */
      readonly maxLifetimeMs?: number | undefined
    }

/** A minter with the broker's own rules for it. */
export interface AudienceConfig {
  readonly minter: Minter | GroupMinter
  /**
   * Lifetime of its tokens in milliseconds, as far as the minter goes along.
   *
   * @default the minter's own default, at most 1 hour
   */
  readonly maxLifetimeMs?: number
  /** All scopes that may be asked for; also what a request without a scope gets. @default none */
  readonly scopes?: readonly string[]
  /** Hands tokens to browsers although they carry the authority of a whole organization. @default false */
  readonly allowFullAuthority?: boolean
  /**
   * Hands tokens to browsers although they live longer than was granted, where the upstream gives no
   * shorter ones. Browsers are told the end that was granted. @default false
   */
  readonly allowOutliving?: boolean
  /**
   * `proxy` keeps the tokens here: the page calls the vault through the broker, as far as `allow` lets it.
   *
   * @default what the minter prefers, `token` unless it says; 'proxy' for a token of full authority without
   * `allowFullAuthority`
   */
  readonly delivery?: 'token' | 'proxy'
  /** The calls that are forwarded, made with `allow()`. Needed for delivery by proxy. */
  readonly allow?: readonly ProxyRule[]
  /** Base URL of the vault, where the minter names none. */
  readonly resource?: string
  /** The largest body that crosses the proxy, in bytes, either way. @default 67108864 (64 MiB) */
  readonly maxBodyBytes?: number
  /**
   * How long a forwarded call may stand still, in milliseconds: while the vault thinks, or while either
   * side sends or takes nothing. @default 30000
   */
  readonly stallTimeoutMs?: number
  /** How long a forwarded call may take from end to end, in milliseconds. @default 600000 */
  readonly totalTimeoutMs?: number
}

/** Audiences and groups by name: letters, digits and `._:@-`, at most 100 of them. */
export type Audiences = Readonly<Record<string, Minter | GroupMinter | AudienceConfig>>

/** Takes what happens as an object and a few words: pino, or anything of that shape. */
export interface Logger {
  info(details: object, message: string): void
  warn(details: object, message: string): void
  error(details: object, message: string): void
}

export interface AuthenticateOptions {
  /** No user waits for this request: a login that times out when idle should not be prolonged by it. */
  readonly background: boolean
}

export interface BrokerSettings<A extends Audiences> {
  audiences: A
  /** Where the broker is mounted; `/` for the root. @default '/api/broker' */
  basePath?: string
  /** Origins of apps that are served from elsewhere, spelled exactly. @default [] (no CORS) */
  origins?: readonly string[]
  /** How long a minter, `authenticate` or `authorize` may take, in milliseconds. @default 8000 */
  timeoutMs?: number
  /**
   * How long tokens that are ready wait for slow ones of the same request, and a renewal for its upstream
   * where the old token is usable, in milliseconds. @default 2000
   */
  graceMs?: number
  /** How many tokens are kept in memory at most. @default 10000 */
  maxCachedTokens?: number
  /** What the processes of one broker share, for example `redisCache()`. @default nothing, each is alone */
  cache?: CacheFactory
  /** How often one may ask; `false` lifts all limits. @default as `RateLimits` says */
  rateLimit?: RateLimits | false
  /** Where the client's network address is read, for limits by address. @default none is read */
  clientAddress?: ClientAddress
  /** How far systems behind the broker are spared. @default as `UpstreamLimits` says */
  upstream?: UpstreamLimits
  /** @default the console, warnings and errors only */
  logger?: Logger
  /** Called with everything that is logged, typed. Holds no secret. */
  onEvent?: (event: BrokerEvent) => void
  /** Where spans and metrics go: `openTelemetry()` of `@valetkey/broker/opentelemetry`. @default nowhere */
  telemetry?: Telemetry
  /**
   * Tells browsers in `Server-Timing` how long login, policy, mint and vault took. Leave it off in production:
   * it tells strangers, too. @default what `insecureDev` says
   */
  serverTiming?: boolean
  /** Calls the vaults of proxied audiences. It must follow no redirects where it is told so. @default the global */
  fetch?: typeof fetch
  clock?: Clock
}

export interface AccessRules<P extends Principal> {
  /**
   * Your login: who sent this request, or `null`. Leave its body alone. A throw is answered by 503, so
   * that a broken session store signs nobody out.
   */
  authenticate: (
    request: Request,
    options: AuthenticateOptions,
  ) => P | null | undefined | Promise<P | null | undefined>
  /** Your policy, asked before every look into the cache and every forwarded call. What it does not grant is refused. */
  authorize: (principal: P, request: GrantRequest) => Grant | Promise<Grant>
}

export type BrokerOptions<A extends Audiences, P extends Principal> = BrokerSettings<A> &
  (
    | (AccessRules<P> & { insecureDev?: false })
    /** Everybody is signed in as `dev` and may have everything, where the rule is left out. */
    | (Partial<AccessRules<P>> & { insecureDev: boolean })
  )

type MinterOf<T> = T extends { readonly minter: infer M } ? M : T

/** Which names stand for one token, which for several. */
export type AudienceKinds<A extends Audiences> = {
  readonly [K in keyof A]: MinterOf<A[K]> extends GroupMinter ? 'group' : 'audience'
}

/** What `mint` may be told besides the audience and for whom. */
export interface ServerMintOptions {
  /** Space-separated, within what the audience's `scopes` or `authorize` allow. @default all of that */
  readonly scope?: string
  /** The longest life, in milliseconds. It only ever shortens. @default as for browsers */
  readonly lifetimeMs?: number
  /** Facts for the minter, for a bare subject. A principal brings its own. */
  readonly context?: unknown
}

/** A token for the app's own server. It prints without its value. */
export interface ServerToken {
  readonly value: string
  /** An audience, or a member as `{group}/{member}`. */
  readonly audience: string
  /** Epoch milliseconds. */
  readonly expiresAt: number
  readonly scope?: string | undefined
  /** Base URL of the vault it is for. */
  readonly resource?: string | undefined
}

/** Whose tokens are revoked. */
export type RevokeScope =
  | {
      readonly subject: string
      /** Takes back at the upstream only what no other login of the subject has. @default all logins */
      readonly login?: string
      /** Takes back only what is for this audience, or for the members of this group. @default all */
      readonly audience?: string
    }
  /** Of all users. They are forgotten; the upstream is not told. */
  | { readonly subject?: undefined; readonly login?: undefined; readonly audience: string }

/** Hands short-lived tokens to browsers and keeps what mints them. */
export interface Broker<A extends Audiences = Audiences, P extends Principal = Principal> {
  /** For types only: lets a client name its audiences by `typeof broker`. Never set. */
  readonly '~audiences'?: AudienceKinds<A>
  /** Where the broker answers, without a slash at the end. */
  readonly basePath: string
  /** Answers one request. Never rejects. */
  readonly fetch: (request: Request) => Promise<Response>
  /**
   * One token for the app's own server: a script, a job, a terminal.
   *
   * Given a principal, as `authenticate` would, it asks `authorize` and minds the end of the login. Given a
   * bare subject, there is no login to ask a policy about: whoever may call this may have the token. The
   * configuration's bounds hold in both cases, but for `delivery`, which is about browsers. Every call is an
   * event, `server-mint`. Do not answer a request from outside with it; that is what `fetch` is for.
   *
   * @throws {OAuthError} with a `code` of the wire: `invalid_target` where the audience is unknown, refused,
   * or a group (name a member, or use `mintAll`); `upstream_…` and others as a page would get them.
   *
   * @example
   * ```ts
   * const { value, expiresAt } = await broker.mint('cards', 'nightly-report')
   * ```
   */
  mint(audience: string, subject: string | P, options?: ServerMintOptions): Promise<ServerToken>
  /** As `mint`, for a group: a token per member, all or none. For any other audience a list of one. */
  mintAll(
    audience: string,
    subject: string | P,
    options?: ServerMintOptions,
  ): Promise<readonly ServerToken[]>
  /**
   * Forgets tokens in all processes; takes back at the upstream, where it can, what a subject has. For
   * logouts that reach your server first, for users who are locked out, for a vault that was broken into.
   *
   * @throws {OAuthError} `temporarily_unavailable` or `upstream_…` if something is left to do: call it again.
   */
  revoke(scope: RevokeScope): Promise<void>
  /** Refuses new token requests, waits for those under way, forgets all tokens. */
  readonly close: () => Promise<void>
}
