/** Has a token minted: with a deadline, with its faults translated, with the result checked. */
import { isWireErrorCode, type WireErrorCode } from '@valetkey/protocol'
import type { Target } from './audiences.ts'
import type { Clock } from './clock.ts'
import { withDeadline } from './deadline.ts'
import type { Report } from './events.ts'
import { jwtExpiresAt } from './jwt-expiry.ts'
import { type Lifetime, latestExpiry, ROUNDING_MS } from './lifetime.ts'
import type { MintedToken, Minter, MintRequest } from './minter.ts'
import { OAuthError } from './oauth-error.ts'
import { describeError } from './redact.ts'
import type { CachedToken } from './token-slots.ts'

export interface MintOrder {
  readonly target: Target
  readonly lifetime: Lifetime
  readonly subject?: string | undefined
  readonly scope?: string | undefined
  readonly context?: unknown
}

export type Mint = (order: MintOrder) => Promise<CachedToken>

export interface MintParts {
  clock: Required<Clock>
  timeoutMs: number
  report: Report
}

/** A vault's clock may be ahead of ours by this much before its `exp` counts as another lifetime. */
const CLOCK_TOLERANCE_MS = 60_000
const TOKEN = /^[\x21-\x7e]{1,131072}$/

/** What a browser is told; the minter's own words are for the log. */
const DESCRIPTIONS: Partial<Record<WireErrorCode, string>> = {
  upstream_invalid: 'The service behind the broker gave nothing that can be used',
  upstream_auth: 'The service behind the broker refused the credential of the broker',
  upstream_timeout: 'The service behind the broker took too long',
  temporarily_unavailable: 'The service behind the broker cannot be used right now',
  invalid_target: 'The service behind the broker gives no token for this',
}

/** Rejects with an `OAuthError` alone. */
export function createMint({ clock, timeoutMs, report }: MintParts): Mint {
  return async (order) => {
    const { audience, entry, member } = order.target
    const minter = entry.minter.name
    const startedAt = clock.now()
    const latestExpiresAt = latestExpiry(order.lifetime, startedAt)
    const onTimeout = (): Error =>
      Object.assign(new Error(`no token within ${timeoutMs} ms`), { code: 'upstream_timeout' })
    try {
      assertPossible(entry.minter, latestExpiresAt - startedAt)
      const minted = await withDeadline({ clock, timeoutMs, onTimeout }, (signal) =>
        entry.minter.mint({
          ...requestOf(order),
          lifetimeMs: latestExpiresAt - startedAt,
          signal,
        }),
      )
      const expiresAt = checkedExpiry(minted, { latestExpiresAt, now: clock.now() })
      report({
        event: 'mint',
        audience,
        minter,
        ms: clock.now() - startedAt,
        lifetimeMs: expiresAt - startedAt,
      })
      return {
        value: minted.value,
        tokenId: crypto.randomUUID(),
        mintedAt: startedAt,
        expiresAt,
        scope: minted.scope ?? order.scope,
        resource: minted.resource ?? member?.resource,
      }
    } catch (error) {
      const failure = failureOf(error)
      const ms = clock.now() - startedAt
      const detail = describeError(error)
      report({ event: 'mint-failed', audience, minter, ms, error: failure.code, detail })
      throw failure
    }
  }
}

function requestOf({
  target,
  subject,
  scope,
  context,
}: MintOrder): Omit<MintRequest, 'lifetimeMs' | 'signal'> {
  return {
    audience: target.audience,
    ...(target.member && { member: target.member.name }),
    ...(subject !== undefined && { subject }),
    ...(scope !== undefined && { scope }),
    ...(context !== undefined && { context }),
  }
}

/** Asked first, since an upstream call would be for nothing. */
function assertPossible({ name, limits }: Minter, lifetimeMs: number): void {
  const { minLifetimeMs = 0 } = limits
  if (lifetimeMs >= minLifetimeMs) return
  const message = `${name} gives no token that lives less than ${minLifetimeMs} ms, and ${Math.floor(lifetimeMs)} ms were granted; deliver by proxy, allow more (maxLifetimeMs, the login's length), or set allowOutliving: true`
  throw Object.assign(new Error(message), { code: 'invalid_target' })
}

class UnusableTokenError extends Error {
  override readonly name = 'UnusableTokenError'
  readonly code = 'upstream_invalid'
}

/** The least of the expiries known. Throws if the token is unusable or lives longer than allowed. */
function checkedExpiry(
  { value, expiresAt }: MintedToken,
  { latestExpiresAt, now }: { latestExpiresAt: number; now: number },
): number {
  if (typeof value !== 'string' || !TOKEN.test(value))
    throw new UnusableTokenError('the token is not 1 to 131072 printable ASCII characters')
  if (!Number.isFinite(expiresAt))
    throw new UnusableTokenError('expiresAt is not a number of epoch milliseconds')
  const exp = jwtExpiresAt(value) ?? expiresAt
  if (expiresAt > latestExpiresAt + ROUNDING_MS || exp > latestExpiresAt + CLOCK_TOLERANCE_MS)
    throw new UnusableTokenError('the token lives longer than was asked for')
  const leastExpiresAt = Math.min(expiresAt, exp)
  if (leastExpiresAt <= now) throw new UnusableTokenError('the token is expired on arrival')
  return leastExpiresAt
}

/** By shape and not by class: two copies of this package may be installed. */
function failureOf(error: unknown): OAuthError {
  const code = fieldOf(error, 'code')
  if (!isMintCode(code))
    return new OAuthError('server_error', 'The broker has failed', { cause: error })
  const retryAfterMs = fieldOf(error, 'retryAfterMs')
  const isWait = typeof retryAfterMs === 'number' && retryAfterMs > 0 && retryAfterMs < Infinity
  const options = { cause: error, ...(isWait && { retryAfterMs }) }
  return new OAuthError(code, DESCRIPTIONS[code] ?? code, options)
}

function fieldOf(error: unknown, name: string): unknown {
  return error instanceof Error ? Reflect.get(error, name) : undefined
}

function isMintCode(code: unknown): code is WireErrorCode {
  return isWireErrorCode(code) && code in DESCRIPTIONS
}
