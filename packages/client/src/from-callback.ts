/** Makes a broker of a function that brings one token, for apps that have a backend already. */
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
        const askedAt = clock.wall() / 1_000
        const token: unknown = await callback(audience, { signal, scope, rejected: !!rejected })
        if (typeof token !== 'string' || /^(undefined|null|".*|)$/s.test(token))
          throw new TokenError('malformed_response', 'no token from the callback', { audience })
        const left = lifetimeMs === undefined ? secondsLeft(token, askedAt) : lifetimeMs / 1_000
        if (left === undefined)
          throw new TokenError('config', 'lifetimeMs: the token has no `exp`', { audience })
        // The id makes the client say when it was refused.
        return { id, audience, access_token: token, expires_in: left, token_id: 'callback' }
      }),
    ),
  })
  // Each on its own, so that one that hangs or throws harms no other.
  return Object.assign(broker, { maxItems: 1 })
}

/** By the token's own claims. A wall clock that is ahead must not end a token that was just issued. */
function secondsLeft(token: string, now: number): number | undefined {
  const { exp, iat, nbf } = claimsOf(token)
  if (typeof exp !== 'number') return undefined
  const spans = [exp - Number(iat), exp - now].filter((span) => span > 0)
  const isEarly = Number(nbf) > Math.max(Number(iat) || 0, now)
  // Nothing left, not yet good, or milliseconds where seconds belong.
  return isEarly || exp > 1e11 ? 0 : Math.min(...spans)
}

function claimsOf(token: string): Record<string, unknown> {
  try {
    const [, payload = ''] = token.split('.')
    return Object(JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/'))))
  } catch {
    return {}
  }
}
