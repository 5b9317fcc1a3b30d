/** Brings the token of one target, from the cache where one will do: for browsers and for the proxy alike. */
import type { Target } from './audiences.ts'
import type { Clock } from './clock.ts'
import { type Lifetime, latestExpiry } from './lifetime.ts'
import type { Mint } from './mint.ts'
import type { TokenCache } from './token-cache.ts'
import type { CachedToken } from './token-slots.ts'
import type { Principal } from './types.ts'

export interface TokenOrder {
  readonly target: Target
  readonly principal: Principal
  readonly lifetime: Lifetime
  /** Least share of its full life a cached token must have left. */
  readonly freshShare: number
  readonly scope?: string | undefined
  /** Id of a token that a vault refused. */
  readonly rejected?: string | undefined
}

/** Rejects with an `OAuthError`. Who may have the token has been asked before. */
export type TokenSupply = (order: TokenOrder) => Promise<CachedToken>

export function createTokenSupply(parts: {
  cache: TokenCache
  mint: Mint
  clock: Required<Clock>
}): TokenSupply {
  return ({ target, principal, lifetime, freshShare, scope, rejected }) => {
    const { minter } = target.entry
    // What a shared token holds must not depend on who happened to ask first.
    const { subject, context }: Partial<Principal> = minter.shareable ? {} : principal
    return parts.cache.get({
      key: JSON.stringify([
        subject ?? null,
        target.audience,
        scope ?? null,
        context ?? null,
        lifetime,
        minter.credentialVersion?.() ?? null,
      ]),
      latestExpiresAt: latestExpiry(lifetime, parts.clock.now()),
      ceilingAt: lifetime.ceilingAt,
      freshShare,
      rejected,
      mint: () => parts.mint({ target, lifetime, subject, scope, context }),
    })
  }
}
