/** Makes a broker of a function that brings one token, for apps that have a backend already. */
import { jwtDecode } from 'jwt-decode'
import { attempt } from './attempt.ts'
import { type Clock, systemClock } from './clock.ts'
import { TokenError } from './errors.ts'
import type { BrokerFunction } from './types.ts'

/** What a token callback is told besides the audience. */
export interface TokenCallbackOptions {
  /** Aborts when nobody can use the answer any more. */
  signal: AbortSignal
  /** As asked for; space-separated. */
  scope: string | undefined
  /** The last token was refused or given up: bring another one, past any cache of your own. */
  rejected: boolean
}

/** Brings a token for an audience: a JWT, or an opaque text. */
export type TokenCallback = (
  audience: string,
  options: TokenCallbackOptions,
) => string | Promise<string>

export interface FromCallbackOptions {
  /**
   * Milliseconds that a token is good for when the callback brings it. Needed for opaque tokens; of a
   * JWT it wins over what stands in the token.
   *
   * @default the lesser of `exp - iat` and of `exp` less the present time, where positive
   */
  lifetimeMs?: number
  /** The clock that the client was given, if any. */
  clock?: Clock
}

/**
 * The first argument of `createTokenClient` for an app that has `() => Promise<string>`. The callback is
 * called once per audience however many wait, raced against the deadline of 10 s; if it throws, the
 * client tries again later, unless it throws a `TokenError` that says otherwise (`invalid_session`: nobody
 * is signed in). Such a token names no address it is for: list where it may go in the option `origins`.
 *
 * Callers get `config` for a token without a lifetime, `malformed_response` for what is no token.
 */
export function fromCallback(
  callback: TokenCallback,
  { lifetimeMs, clock = systemClock }: FromCallbackOptions = {},
): BrokerFunction {
  const broker: BrokerFunction = async ({ tokens }, { signal }) => ({
    tokens: await Promise.all(
      tokens.map(async ({ id, audience, scope, rejected }) => {
        const now = clock.wall() / 1_000
        const token: unknown = await callback(audience, { signal, scope, rejected: !!rejected })
        if (typeof token !== 'string' || /^(undefined|null|".*|)$/.test(token))
          throw new TokenError('malformed_response', 'no token')
        const claims = claimsOf(token)
        if (!lifetimeMs && !claims.exp) throw new TokenError('config', 'lifetimeMs')
        const expires_in = lifetimeMs ? lifetimeMs / 1_000 : secondsLeft(claims, now)
        // The id lets the client say when the token was refused.
        return { id, audience, access_token: token, token_id: 'callback', expires_in }
      }),
    ),
  })
  // Each on its own, so that one that hangs or throws harms no other.
  return Object.assign(broker, { maxItems: 1 })
}

interface Claims {
  readonly exp: number
  readonly iat: number
  readonly nbf: number
}

/**
 * The lesser of the life it was issued with and of what the wall clock says is left of it, unless that
 * clock is ahead. Infinite, which is no answer, if nothing is left, it is not good yet, or the claims
 * are in milliseconds.
 */
function secondsLeft({ exp, iat, nbf }: Claims, now: number): number {
  const good = exp < 1e11 && !(nbf > now && nbf > iat)
  return Math.min(...[exp - iat, exp - now].filter((span) => good && span > 0))
}

/** Of an opaque token, none. */
function claimsOf(token: string): Claims {
  return Object(attempt(() => jwtDecode(token)))
}
