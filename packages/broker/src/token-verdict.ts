/** Judges a token at hand: may this caller have it, is a mint due? */
import { type Lifetime, latestExpiry, ROUNDING_MS } from './lifetime.ts'
import { mintError, type OAuthError } from './oauth-error.ts'
import type { TokenRecord } from './token-record.ts'
import type { CachedToken } from './token-slots.ts'

/** What a caller asks of a token. */
export interface TokenWish {
  /** A token that really lives longer is not for this caller. */
  lifetime: Lifetime
  /** Least share of its full life a token must have left. */
  freshShare: number
  /** Id of a token that a vault refused. */
  rejected?: string | undefined
}

/** A refused token is replaced by force at most once in this time. */
const FORCE_INTERVAL_MS = 10_000

/** Whether what another process left spares the mint. Throws if it says that a mint has just failed. */
export function isSettled(record: TokenRecord, wish: TokenWish, now: number): boolean {
  const { token } = record
  if (token && !isDueByForce(record, wish, now) && isFresh(token, wish, now)) return true
  const failure = failureLeft(record, now)
  if (failure) throw failure
  return false
}

/** The failure that stands in the way of a mint, told with what is left of it. */
export function failureLeft({ failure }: TokenRecord, now: number): OAuthError | undefined {
  if (!failure || failure.endsAt <= now) return undefined
  return mintError(failure.code, { retryAfterMs: failure.endsAt - now })
}

/** The token that was refused is the one held, and none was replaced by force a moment ago. */
export function isDueByForce(
  { token, forcedAt }: TokenRecord,
  { rejected }: TokenWish,
  now: number,
): boolean {
  const isCooling = forcedAt !== undefined && now - forcedAt < FORCE_INTERVAL_MS
  return token !== undefined && token.tokenId === rejected && !isCooling
}

export function mayServe(token: CachedToken, { lifetime }: TokenWish, now: number): boolean {
  // Counted from now and not from the question: who waited for another's mint may have what it brought.
  const latestExpiresAt = latestExpiry(lifetime, now)
  return token.expiresAt > now && token.expiresAt <= latestExpiresAt + ROUNDING_MS
}

export function isFresh(token: CachedToken, wish: TokenWish, now: number): boolean {
  if (!mayServe(token, wish, now)) return false
  const { freshShare, lifetime } = wish
  const { ceilingAt } = lifetime
  // Near the end of a login a new token would end with it too.
  if (ceilingAt !== undefined && token.expiresAt > ceilingAt - ROUNDING_MS) return true
  return token.expiresAt - now >= freshShare * (token.expiresAt - token.mintedAt)
}
