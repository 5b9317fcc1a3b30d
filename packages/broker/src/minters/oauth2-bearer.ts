/** Reads the bearer token out of a token endpoint's answer, and when it ends. */
import type { TokenEndpointResponse } from 'oauth4webapi'
import { jwtExpiresAt } from '../jwt-expiry.ts'
import { type MintedToken, MintError } from '../minter.ts'

export interface BearerRules {
  name: string
  /** Epoch milliseconds, read before the request. */
  startedAt: number
  lifetimeMs: number
  /** Taken for the life of a token that does not say when it ends. */
  fallbackLifetimeMs: number
}

/** The server's clock may be ahead of ours by this much before its word counts as another lifetime. */
const CLOCK_TOLERANCE_MS = 60_000

/** @throws {MintError} for a token that cannot be handed out. */
export function bearerIn(
  { access_token: value, token_type, expires_in, scope }: TokenEndpointResponse,
  { name, startedAt, lifetimeMs, fallbackLifetimeMs }: BearerRules,
): Pick<MintedToken, 'value' | 'expiresAt' | 'scope'> {
  const invalid = (what: string) =>
    new MintError('upstream_invalid', `${name} gave a token ${what}`)
  // Otherwise it would be sent in a way that the vault does not take, or that needs a key we lack.
  if (token_type !== 'bearer') throw invalid('that is no bearer')
  const stated = [
    expires_in === undefined ? undefined : startedAt + expires_in * 1000,
    jwtExpiresAt(value),
  ].filter((end) => end !== undefined)
  const latestAt = startedAt + lifetimeMs
  if (stated.length === 0)
    return {
      value,
      expiresAt: Math.min(latestAt, startedAt + fallbackLifetimeMs),
      ...scoped(scope),
    }
  const endsAt = Math.min(...stated)
  if (endsAt <= startedAt) throw invalid("that is over already; check this server's clock")
  if (endsAt > latestAt + CLOCK_TOLERANCE_MS)
    throw invalid(
      `that lives ${seconds(endsAt - startedAt)} s where ${seconds(lifetimeMs)} s were asked for; set lifetimeMs: ${seconds(endsAt - startedAt) * 1000}, and maxLifetimeMs, allowOutliving or delivery by proxy at the audience`,
    )
  return { value, expiresAt: Math.min(endsAt, latestAt), ...scoped(scope) }
}

/** What was granted, where it is not what was asked for (RFC 6749, section 5.1). */
function scoped(scope: string | undefined): { scope?: string } {
  return scope === undefined ? {} : { scope }
}

function seconds(ms: number): number {
  return Math.round(ms / 1000)
}
