/** The end of a token that counts in whole seconds. */
import { MintError } from '@valetkey/broker'

/** The seed's own lifetime; a longer-lived organization token in a browser serves nobody. */
export const MAX_LIFETIME_MS = 3_600_000
export const SECOND_MS = 1_000

/**
 * The last whole second within the lifetime, since the epoch: a token must not outlive what was asked.
 *
 * @throws {MintError} `invalid_target` if that is now
 */
export function expiryOf(nowMs: number, lifetimeMs: number): number {
  const bound = Math.min(lifetimeMs, MAX_LIFETIME_MS)
  const exp = Math.floor((nowMs + bound) / SECOND_MS)
  if (exp * SECOND_MS > nowMs) return exp
  throw new MintError(
    'invalid_target',
    `secretvault tokens count in whole seconds and cannot live for ${lifetimeMs} ms`,
  )
}
