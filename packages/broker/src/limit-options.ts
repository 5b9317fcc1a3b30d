/** The options that bound how much is asked of the broker, and of what stands behind it. */
import type { Rate } from './shared-cache.ts'

/** How often one may ask. `false` lifts a limit. */
export interface RateLimits {
  /** Token and revoke requests of one subject. @default { count: 600, perSeconds: 60 } */
  readonly perPrincipal?: Rate | false
  /** Calls of one subject that are forwarded to vaults. @default { count: 3000, perSeconds: 60 } */
  readonly proxyPerPrincipal?: Rate | false
  /** Mints that one subject causes: new keys, early renewals, refused tokens. @default { count: 300, perSeconds: 60 } */
  readonly mintsPerPrincipal?: Rate | false
  /**
   * All requests of one network address, before anybody is authenticated. Needs `clientAddress`.
   *
   * @default { count: 3000, perSeconds: 60 }
   */
  readonly perAddress?: Rate | false
  /** All requests together, before anybody is authenticated. @default false */
  readonly global?: Rate | false
}

/** What an upstream is spared: an audience's minter, or a group's member. */
export interface UpstreamLimits {
  /** Calls at once. @default 64 */
  readonly maxConcurrent?: number
  /** Calls that wait for their turn. @default 1000 */
  readonly maxQueued?: number
  /** Failures in a row after which it is left alone. @default 5 */
  readonly failuresToBreak?: number
  /** How long it is left alone, in milliseconds, before one call tries again. @default 5000 */
  readonly breakMs?: number
}

/**
 * Where the client's network address is read. `socket`: the other end of the connection, right where nothing
 * stands in front of the broker. `{ trustedProxies: 1 }`: the entry of `X-Forwarded-For` that the outermost of
 * so many proxies of yours has added. Or a function of your own.
 */
export type ClientAddress =
  | 'socket'
  | { readonly trustedProxies: number }
  | ((request: Request) => string | undefined)
