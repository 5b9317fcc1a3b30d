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

/**
 * The least of all bounds. What a stranger may set to any number goes down to the next step, since each
 * number is a token of its own.
 */
export function lifetimeOf(bounds: LifetimeBounds, now: number): Lifetime {
  const { limits, configuredMs, grantedMs, ttlSeconds, loginEndsAt } = bounds
  const mostMs = Math.min(
    configuredMs ?? Math.min(limits.defaultLifetimeMs, BROWSER_LIFETIME_MS),
    limits.maxLifetimeMs,
  )
  const wishedMs = Math.min(
    grantedMs ?? Number.POSITIVE_INFINITY,
    ttlSeconds === undefined ? Number.POSITIVE_INFINITY : ttlSeconds * 1000,
  )
  const lifetimeMs = wishedMs < mostMs ? stepBelow(wishedMs) : mostMs
  return loginEndsAt !== undefined && loginEndsAt < now + lifetimeMs
    ? { lifetimeMs, ceilingAt: loginEndsAt }
    : { lifetimeMs }
}

/** Of a minute, an hour and so on; the round numbers that people write are among them. */
const STEPS = [1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 7.5, 10, 12, 15, 20, 25, 30, 40, 50]

/** The next step, at least three quarters of the number: 18 steps from 1 s to 1 min, 18 more to 1 h. */
function stepBelow(lifetimeMs: number): number {
  let unitMs = 1_000
  while (unitMs * 60 <= lifetimeMs) unitMs *= 60
  const step = STEPS.findLast((size) => size * unitMs <= lifetimeMs)
  return step === undefined ? lifetimeMs : step * unitMs
}

/**
 * What of a lifetime tells tokens apart in a cache. Ends of logins count by an eighth of the lifetime, so that
 * a login whose end moves with every request does not cost a mint with every request. Who may not have what is
 * found under the key is for the cache to see.
 */
export function lifetimeKey({ lifetimeMs, ceilingAt }: Lifetime): unknown[] {
  return ceilingAt === undefined
    ? [lifetimeMs]
    : [lifetimeMs, Math.floor(ceilingAt / (lifetimeMs / 8))]
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
