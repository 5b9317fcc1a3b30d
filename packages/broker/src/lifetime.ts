/** How long a token may live, from all who have a say in it. */
import type { MinterLimits } from './minter.ts'

/** Cap for tokens given to browsers, unless the audience's configuration names another. */
export const BROWSER_LIFETIME_MS = 3_600_000

/** Minters that do not say hand out a token while this share of its life remains. */
export const FRESH_SHARE = 0.8

/** Expiries are rounded to whole seconds on their way; a token may end this much later than asked. */
export const ROUNDING_MS = 1_000

export interface LifetimeBounds {
  limits: MinterLimits
  /** The audience's `maxLifetimeMs`. */
  configuredMs?: number | undefined
  /** The `maxLifetimeMs` that `authorize` granted. */
  grantedMs?: number | undefined
  ttlSeconds?: number | undefined
  /** Epoch milliseconds. */
  loginEndsAt?: number | undefined
}

export interface Lifetime {
  lifetimeMs: number
  /** Epoch milliseconds: the end of the login, where it comes before the lifetime is over. */
  ceilingAt?: number
}

/** The least of all bounds. */
export function lifetimeOf(bounds: LifetimeBounds, now: number): Lifetime {
  const { limits, configuredMs, grantedMs, ttlSeconds, loginEndsAt } = bounds
  const lifetimeMs = Math.min(
    configuredMs ?? Math.min(limits.defaultLifetimeMs, BROWSER_LIFETIME_MS),
    limits.maxLifetimeMs,
    grantedMs ?? Number.POSITIVE_INFINITY,
    ttlSeconds === undefined ? Number.POSITIVE_INFINITY : ttlSeconds * 1000,
  )
  return loginEndsAt !== undefined && loginEndsAt < now + lifetimeMs
    ? { lifetimeMs, ceilingAt: loginEndsAt }
    : { lifetimeMs }
}

/**
 * What to mint for where the bounds ask for less than the upstream can give. Only for tokens that stay at
 * the broker, or that may outlive what was granted.
 */
export function atLeast(
  lifetime: Lifetime,
  { limits, now }: { limits: MinterLimits; now: number },
): Lifetime {
  const { minLifetimeMs = 0 } = limits
  return latestExpiry(lifetime, now) - now < minLifetimeMs
    ? { lifetimeMs: minLifetimeMs }
    : lifetime
}

/** Epoch milliseconds after which a token minted now for this caller must not live. */
export function latestExpiry({ lifetimeMs, ceilingAt }: Lifetime, now: number): number {
  return Math.min(now + lifetimeMs, ceilingAt ?? Number.POSITIVE_INFINITY)
}
