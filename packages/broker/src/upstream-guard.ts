/** Spares an upstream: so many calls at once, a pause when it asks for one, none while it is broken. */
import {
  type BulkheadPolicy,
  bulkhead,
  type CircuitBreakerPolicy,
  CircuitState,
  circuitBreaker,
  ConsecutiveBreaker,
  handleWhen,
  isBrokenCircuitError,
  isBulkheadRejectedError,
} from 'cockatiel'
import type { Clock } from './clock.ts'
import type { Report } from './events.ts'
import { OAuthError } from './oauth-error.ts'
import type { UpstreamLimits } from './limit-options.ts'

/** One system behind the broker: an audience, or a member of a group. */
export interface Upstream {
  readonly audience: string
  readonly minter: string
}

export type UpstreamGuard = <T>(upstream: Upstream, call: () => Promise<T>) => Promise<T>

export interface UpstreamGuardParts {
  clock: Required<Clock>
  report: Report
  /** How long a call may wait for its turn. */
  timeoutMs: number
  limits?: UpstreamLimits | undefined
}

interface Watched {
  room: BulkheadPolicy
  breaker: CircuitBreakerPolicy
  brokenAt: number
  pausedUntil: number
}

const DEFAULTS: Required<UpstreamLimits> = {
  maxConcurrent: 64,
  maxQueued: 1_000,
  failuresToBreak: 5,
  breakMs: 5_000,
}
/** An upstream may ask for a day; it is tried again before. */
const LONGEST_PAUSE_MS = 60_000
const OVERLOADED_RETRY_MS = 1_000

/** Refuses with an `OAuthError`; what the call itself throws passes through. */
export function createUpstreamGuard(parts: UpstreamGuardParts): UpstreamGuard {
  const { clock, report, timeoutMs } = parts
  const limits = { ...DEFAULTS, ...parts.limits }
  const known = new Map<string, Watched>()

  function watch({ audience, minter }: Upstream): Watched {
    const breaker = circuitBreaker(handleWhen(isUpstreamFault), {
      // When it is tried again is for the broker's own clock to say.
      halfOpenAfter: 0,
      breaker: new ConsecutiveBreaker(limits.failuresToBreak),
    })
    const watched = {
      room: bulkhead(limits.maxConcurrent, limits.maxQueued),
      breaker,
      brokenAt: 0,
      pausedUntil: 0,
    }
    breaker.onBreak(() => {
      watched.brokenAt = clock.now()
      report({ event: 'upstream', audience, minter, state: 'broken', forMs: limits.breakMs })
    })
    breaker.onReset(() => report({ event: 'upstream', audience, minter, state: 'restored' }))
    known.set(audience, watched)
    return watched
  }

  /** Milliseconds for which the upstream is left alone. */
  function restOf({ pausedUntil, breaker, brokenAt }: Watched): number {
    const now = clock.now()
    if (pausedUntil > now) return pausedUntil - now
    // One call tries whether it works again; the others do not wait for how that ends.
    if (breaker.state === CircuitState.HalfOpen) return OVERLOADED_RETRY_MS
    if (breaker.state !== CircuitState.Open) return 0
    return Math.max(0, brokenAt + limits.breakMs - now)
  }

  return async (upstream, call) => {
    const watched = known.get(upstream.audience) ?? watch(upstream)
    const askedAt = clock.now()
    // The library's own is one for all calls, and Cloudflare Workers lets no request use another's.
    const { signal } = new AbortController()
    try {
      return await watched.room.execute(() => {
        if (clock.now() - askedAt >= timeoutMs) throw overloaded()
        const restMs = restOf(watched)
        if (restMs > 0) throw resting(restMs)
        return watched.breaker.execute(call, signal)
      }, signal)
    } catch (error) {
      if (isBulkheadRejectedError(error)) throw overloaded()
      if (isBrokenCircuitError(error)) throw resting(limits.breakMs)
      const pauseMs = pauseOf(error)
      if (pauseMs > 0) {
        if (pause(watched, clock.now(), pauseMs))
          report({ event: 'upstream', ...upstream, state: 'paused', forMs: pauseMs })
      }
      throw error
    }
  }
}

/** True unless it was resting already. */
function pause(watched: Watched, now: number, pauseMs: number): boolean {
  const isNews = watched.pausedUntil <= now
  watched.pausedUntil = now + pauseMs
  return isNews
}

/** Not what says something of one user or one request alone. */
function isUpstreamFault(error: unknown): boolean {
  return Reflect.get(Object(error), 'code') !== 'invalid_target'
}

/** What the upstream itself asked for; the broker's own refusals carry their wait, too. */
function pauseOf(error: unknown): number {
  if (!(error instanceof Error) || error instanceof OAuthError) return 0
  const code: unknown = Reflect.get(error, 'code')
  const retryAfterMs: unknown = Reflect.get(error, 'retryAfterMs')
  if (code !== 'temporarily_unavailable' || typeof retryAfterMs !== 'number') return 0
  return retryAfterMs > 0 ? Math.min(retryAfterMs, LONGEST_PAUSE_MS) : 0
}

function resting(retryAfterMs: number): OAuthError {
  const text = 'The service behind the broker has failed too often or asked for a pause'
  return new OAuthError('temporarily_unavailable', text, { retryAfterMs })
}

function overloaded(): OAuthError {
  const text = 'Too many requests wait for the service behind the broker'
  return new OAuthError('temporarily_unavailable', text, { retryAfterMs: OVERLOADED_RETRY_MS })
}
