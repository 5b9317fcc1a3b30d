/** When a token is due, how long to wait between tries (pure; the figures are those of docs/lifecycle.md). */
import type { TokenErrorCode } from './errors.ts'

const SECOND = 1_000

/** How long a broker request may take, body included. */
export const DEADLINE_MS: number = 10 * SECOND
/** No background refresh below this lifetime: the broker would be asked more often than the vault. */
export const SHORT_LIFETIME_MS: number = 3 * SECOND
/** The least a timer sleeps: rounding must not make it spin. */
export const MIN_SLEEP_MS = 50
/** The most a single timer sleeps: a throttled or suspended timer then costs a minute, never more. */
export const MAX_SLEEP_MS: number = 60 * SECOND
/** At most one forced mint of a key in this time. */
export const FORCED_SPACING_MS: number = 10 * SECOND
/** After a clock jump, what is kept fresh is renewed within this spread. */
export const JUMP_SPREAD_MS: number = 10 * SECOND
/** No server is left alone for longer, whatever it says. */
const MAX_RETRY_AFTER_MS = 300 * SECOND

const BACKOFF_BASE_MS = 250
const BACKOFF_MAX_MS = 30 * SECOND

/** Remaining life at which a token is refreshed; drawn once per token so that many tabs do not ask at once. */
export function softMarginMs(lifetimeMs: number, random: () => number): number {
  return lifetimeMs * (0.1 + 0.4 * random())
}

/** Remaining life at which callers no longer get the token. */
export function hardMarginMs(lifetimeMs: number): number {
  return Math.min(0.1 * lifetimeMs, 10 * SECOND)
}

/** Least time between two mints of one key that nothing forces. */
export function spacingMs(lifetimeMs: number): number {
  return Math.max(SECOND, 0.3 * lifetimeMs)
}

/** How long 401s of a key pass through after a token minted for a refusal was refused too. */
export function coolDownMs(lifetimeMs: number): number {
  return Math.max(30 * SECOND, 0.3 * lifetimeMs)
}

/** For how long without use a key still refreshes in the background. */
export function interestMs(lifetimeMs: number): number {
  return Math.min(lifetimeMs, 600 * SECOND)
}

/** The most a pause lasts after so many failures in a row, or after trouble that has lasted for so long. */
export function backoffMaxMs(failures: number, lastedMs: number): number {
  return Math.min(Math.max(BACKOFF_BASE_MS * 2 ** failures, 3 * lastedMs), BACKOFF_MAX_MS)
}

/**
 * Full jitter: anything up to the most, so that clients spread out; next to nothing is no pause, though.
 * While a token serves for another `slackMs` nobody waits: the next try comes late in that time, so that
 * an outage makes no storm.
 */
export function backoffMs(maxMs: number, slackMs: number, random: () => number): number {
  const share = random()
  return slackMs > 0
    ? Math.max(maxMs, slackMs) * (0.4 + 0.6 * share)
    : maxMs * Math.max(share, 0.15)
}

/** How long a terminal failure is remembered. A login may come back any moment, a grant hardly. */
export function rememberMs(code: TokenErrorCode): number {
  return code === 'invalid_session' ? 3 * SECOND : 60 * SECOND
}

export function cappedRetryAfterMs(waitMs: number): number {
  return Math.min(Math.max(waitMs, 0), MAX_RETRY_AFTER_MS)
}
