/** Puts together what brings tokens and takes them back: caches, limits, guards. */
import type { Registry } from './audiences.ts'
import type { Clock } from './clock.ts'
import type { Report } from './events.ts'
import { createGivenTokens } from './given-tokens.ts'
import { createMemoryCache } from './memory-cache.ts'
import { createMint } from './mint.ts'
import { withPendingRevocations } from './pending-revocations.ts'
import { createRequestLimits, type RequestLimits } from './request-limits.ts'
import { createRevocation, type Revocation } from './revocation.ts'
import { createRevocationWatch } from './revocation-watch.ts'
import { createSharedFlight } from './shared-flight.ts'
import { createTokenCache } from './token-cache.ts'
import { createTokenSupply, type TokenSupply } from './token-supply.ts'
import type { Audiences, BrokerSettings } from './types.ts'
import { createUpstreamGuard } from './upstream-guard.ts'
import { createUpstreamRevoke } from './upstream-revoke.ts'

export interface TokenCore {
  readonly supply: TokenSupply
  readonly limits: RequestLimits
  readonly revoke: Revocation
  close(): Promise<void>
}

export interface TokenCoreParts {
  options: Pick<
    BrokerSettings<Audiences>,
    'cache' | 'clientAddress' | 'maxCachedTokens' | 'rateLimit' | 'upstream'
  >
  registry: Registry
  clock: Required<Clock>
  report: Report
  /** Of a call of an upstream. */
  timeoutMs: number
  /** How long what is ready waits for what is slow. */
  graceMs: number
  /** Keeps a shutdown waiting until the work is done. */
  hold: (work: Promise<void>) => void
}

const DEFAULT_MAX_CACHED_TOKENS = 10_000
/** Longer than any owner of a lock may need: its deadline, its writing, its death. */
const PATIENCE_BEYOND_MS = 5_000

export function createTokenCore(parts: TokenCoreParts): TokenCore {
  const { options, registry, clock, report, timeoutMs, graceMs, hold } = parts
  const configured = options.cache?.({ clock, report })
  const shared = configured && withPendingRevocations(configured)
  const cache = createTokenCache({
    clock,
    maxTokens: options.maxCachedTokens ?? DEFAULT_MAX_CACHED_TOKENS,
    graceMs,
    hold,
    ...(shared && {
      share: createSharedFlight({ shared, clock, patienceMs: timeoutMs + PATIENCE_BEYOND_MS }),
      catchUp: createRevocationWatch({ shared, clock, forget: (marks) => cache.forget(marks) }),
    }),
  })
  const limits = createRequestLimits({
    cache: shared ?? createMemoryCache(clock),
    clock,
    rates: options.rateLimit,
    clientAddress: options.clientAddress,
  })
  const guard = createUpstreamGuard({ clock, report, timeoutMs, limits: options.upstream })
  const given = createGivenTokens({ clock, shared, hold })
  const revokeUpstream = createUpstreamRevoke({ registry, guard, clock, timeoutMs })
  const mint = createMint({ clock, timeoutMs, report, guard })
  return {
    limits,
    supply: createTokenSupply({ cache, mint, limits, given, revokeUpstream, hold }),
    revoke: createRevocation({ cache, shared, given, revokeUpstream, report }),
    async close() {
      cache.forget('all')
      await shared?.close()
    },
  }
}
