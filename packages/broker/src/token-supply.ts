/** Brings the token of one target, from the cache where one will do: for browsers and for the proxy alike. */
import type { Target } from './audiences.ts'
import type { GivenTokens } from './given-tokens.ts'
import { type Lifetime, lifetimeKey } from './lifetime.ts'
import { marksOf } from './marks.ts'
import type { Mint } from './mint.ts'
import type { RequestLimits } from './request-limits.ts'
import type { TokenCache } from './token-cache.ts'
import type { CachedToken } from './token-slots.ts'
import type { Trace } from './trace.ts'
import type { Principal } from './types.ts'
import { isRevocable, type UpstreamRevoke } from './upstream-revoke.ts'

export interface TokenOrder {
  readonly target: Target
  readonly principal: Principal
  readonly lifetime: Lifetime
  /** Least share of its full life a cached token must have left. */
  readonly freshShare: number
  readonly scope?: string | undefined
  /** Id of a token that a vault refused. */
  readonly rejected?: string | undefined
  /** Of the request that asks; the mint it causes is a part of it. */
  readonly trace: Trace
}

/** At once where the token is at hand. Rejects with an `OAuthError`. Who may have the token has been asked before. */
export type TokenSupply = (order: TokenOrder) => CachedToken | Promise<CachedToken>

export interface TokenSupplyParts {
  cache: TokenCache
  mint: Mint
  limits: Pick<RequestLimits, 'mintRefusal' | 'chargeMint'>
  given: Pick<GivenTokens, 'note'>
  revokeUpstream: UpstreamRevoke
  /** Keeps a shutdown waiting until the work is done. */
  hold: (work: Promise<void>) => void
}

export function createTokenSupply(parts: TokenSupplyParts): TokenSupply {
  const { cache, mint, limits, given, revokeUpstream, hold } = parts
  return ({ target, principal, lifetime, freshShare, scope, rejected, trace }) => {
    const { audience, entry } = target
    const { minter } = entry
    // What a shared token holds must not depend on who happened to ask first.
    const { subject, context }: Partial<Principal> = minter.shareable ? {} : principal
    const found = cache.get({
      key: JSON.stringify([
        subject ?? null,
        audience,
        scope ?? null,
        context ?? null,
        lifetimeKey(lifetime),
        minter.credentialVersion?.() ?? null,
      ]),
      marks: marksOf(target, subject),
      lifetime,
      freshShare,
      rejected,
      refusal: () => limits.mintRefusal(principal.subject),
      mint: async () => {
        limits.chargeMint(principal.subject)
        const attributes = { 'valetkey.audience': audience, 'valetkey.minter': minter.name }
        return trace.step(
          'mint',
          (inner) => mint({ target, lifetime, subject, scope, context, trace: inner }),
          attributes,
        )
      },
      discard: (late) => hold(revokeUpstream(audience, late).catch(ignore)),
    })
    if (!isRevocable(minter)) return found
    return Promise.resolve(found).then((token) => {
      given.note({ audience, token }, principal)
      return token
    })
  }
}

/** It ends by itself, and the event `upstream` tells of an upstream out of order. */
function ignore(): void {}
