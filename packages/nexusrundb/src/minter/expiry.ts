/** Works out when a token ends, whatever unit its `exp` is in. */
import { MintError } from '@valetkey/broker'
import { jwtClaims } from '@valetkey/broker/upstream'

export interface Asked {
  /** Epoch milliseconds, read before the call. */
  readonly startedAt: number
  readonly lifetimeMs: number
}

/** In seconds the year 5138, in milliseconds 1973: whatever is above is milliseconds. */
const LEAST_MILLISECONDS = 1e11
/** NexusRunDB's clock may be ahead of ours by this much before its `exp` counts as another lifetime. */
const CLOCK_TOLERANCE_MS = 60_000

/**
 * Epoch milliseconds: the least of what was asked for and what the token says.
 *
 * @throws {MintError} `upstream_invalid` for a token that is over, or lives longer than was asked for.
 */
export function expiryOf(token: string, { startedAt, lifetimeMs }: Asked): number {
  const latestAt = startedAt + lifetimeMs
  const endsAt = expOf(token)
  if (endsAt === undefined) return latestAt
  if (endsAt <= startedAt)
    throw invalid(
      "a token that is over already; check this server's clock, and that expiryParam is in milliseconds",
    )
  if (endsAt > latestAt + CLOCK_TOLERANCE_MS)
    throw invalid(
      `a token that lives ${Math.round(endsAt - startedAt)} ms where ${lifetimeMs} ms were asked for; check expiryParam, whose name is an assumption, and this server's clock`,
    )
  return Math.min(endsAt, latestAt)
}

/** Epoch milliseconds of the `exp` of a JWT, or `undefined`. */
function expOf(token: string): number | undefined {
  const exp = jwtClaims(token)?.exp
  if (typeof exp !== 'number' || !Number.isFinite(exp)) return undefined
  return exp > LEAST_MILLISECONDS ? exp : exp * 1000
}

function invalid(what: string): MintError {
  return new MintError('upstream_invalid', `NexusRunDB's token endpoint gave ${what}`)
}
