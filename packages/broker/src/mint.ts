/** Has a token minted: with a deadline, with its faults translated, with the result checked. */
import type { Target } from './audiences.ts'
import type { Clock } from './clock.ts'
import { withDeadline } from './deadline.ts'
import type { Report } from './events.ts'
import { jwtExpiresAt } from './jwt-expiry.ts'
import { type Lifetime, latestExpiry, ROUNDING_MS } from './lifetime.ts'
import type { MintedToken, Minter, MintRequest } from './minter.ts'
import { isMintCode, mintError, OAuthError } from './oauth-error.ts'
import { describeError } from './redact.ts'
import type { CachedToken } from './token-slots.ts'
import type { Trace } from './trace.ts'
import type { UpstreamGuard } from './upstream-guard.ts'

export interface MintOrder {
  readonly target: Target
  readonly lifetime: Lifetime
  readonly subject?: string | undefined
  readonly scope?: string | undefined
  readonly context?: unknown
  readonly trace: Trace
}

export type Mint = (order: MintOrder) => Promise<CachedToken>

export interface MintParts {
  clock: Required<Clock>
  timeoutMs: number
  report: Report
  /** Spares the upstreams. Default: every call goes through. */
  guard?: UpstreamGuard
}

/** A vault's clock may be ahead of ours by this much before its `exp` counts as another lifetime. */
const CLOCK_TOLERANCE_MS = 60_000
const MAX_CHARACTERS = 131_072
/** Without a count, which the engine would keep character by character. */
const TOKEN = /^[\x21-\x7e]+$/

/** Rejects with an `OAuthError` alone. */
export function createMint(parts: MintParts): Mint {
  const { clock, timeoutMs, report, guard = async (_, call) => call() } = parts
  return async (order) => {
    const { audience, entry, member } = order.target
    const minter = entry.minter.name
    const startedAt = clock.now()
    const latestExpiresAt = latestExpiry(order.lifetime, startedAt)
    const onTimeout = (): Error =>
      Object.assign(new Error(`no token within ${timeoutMs} ms`), { code: 'upstream_timeout' })
    try {
      assertPossible(entry.minter, latestExpiresAt - startedAt)
      const { minted, expiresAt } = await guard({ audience, minter }, async () => {
        const minted = await withDeadline({ clock, timeoutMs, onTimeout }, (signal) =>
          entry.minter.mint({
            ...requestOf(order),
            lifetimeMs: latestExpiresAt - startedAt,
            signal,
          }),
        )
        return { minted, expiresAt: checkedExpiry(minted, { latestExpiresAt, now: clock.now() }) }
      })
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
        ...(minted.id !== undefined && { id: minted.id }),
      }
    } catch (error) {
      // The guard has refused the call: that the upstream is out of order has been reported.
      if (error instanceof OAuthError) throw error
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
  trace,
}: MintOrder): Omit<MintRequest, 'lifetimeMs' | 'signal'> {
  return {
    audience: target.audience,
    ...(target.member && { member: target.member.name }),
    ...(subject !== undefined && { subject }),
    ...(scope !== undefined && { scope }),
    ...(context !== undefined && { context }),
    ...('traceparent' in trace.headers && { traceHeaders: trace.headers }),
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
  if (typeof value !== 'string' || value.length > MAX_CHARACTERS || !TOKEN.test(value))
    throw new UnusableTokenError('the token is not 1 to 131072 printable ASCII characters')
  if (!Number.isFinite(expiresAt))
    throw new UnusableTokenError('expiresAt is not a number of epoch milliseconds')
  const exp = jwtExpiresAt(value) ?? expiresAt
  if (expiresAt > latestExpiresAt + ROUNDING_MS || exp > latestExpiresAt + CLOCK_TOLERANCE_MS)
    throw new UnusableTokenError('the token lives longer than was asked for')
  const leastExpiresAt = Math.min(expiresAt, exp)
  if (leastExpiresAt <= now)
    throw new UnusableTokenError(
      'the token is expired on arrival; expiresAt is in epoch milliseconds',
    )
  return leastExpiresAt
}

/** By shape and not by class: two copies of this package may be installed. */
function failureOf(error: unknown): OAuthError {
  const code = fieldOf(error, 'code')
  if (!isMintCode(code)) return mintError(undefined, { cause: error })
  const retryAfterMs = fieldOf(error, 'retryAfterMs')
  const isWait = typeof retryAfterMs === 'number' && retryAfterMs > 0 && retryAfterMs < Infinity
  return mintError(code, { cause: error, ...(isWait && { retryAfterMs }) })
}

function fieldOf(error: unknown, name: string): unknown {
  return error instanceof Error ? Reflect.get(error, name) : undefined
}
