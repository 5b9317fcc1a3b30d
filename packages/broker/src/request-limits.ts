/** Refuses who asks too often: by network address and all together before the login, by subject after it. */
import { addressOf } from './client-address.ts'
import type { ClientAddress, RateLimits } from './limit-options.ts'
import { OAuthError } from './oauth-error.ts'
import type { Limiter, Rate, SharedCache, Verdict } from './shared-cache.ts'
import type { Principal } from './types.ts'

export interface RequestLimits {
  /** Rejects with `rate_limited`. Asked before anything costs. */
  admit(request: Request): Promise<void>
  /** Rejects with `rate_limited`. */
  admitPrincipal(principal: Principal, kind: 'request' | 'proxy'): Promise<void>
  /** Why this subject may cause no mint right now, if so. Answers at once. */
  mintRefusal(subject: string): OAuthError | undefined
  /** Counts a mint. */
  chargeMint(subject: string): void
}

export interface RequestLimitParts {
  cache: Pick<SharedCache, 'limiter'>
  clock: { now(): number }
  rates?: RateLimits | false | undefined
  clientAddress?: ClientAddress | undefined
}

const DEFAULTS = {
  perPrincipal: { count: 600, perSeconds: 60 },
  proxyPerPrincipal: { count: 3_000, perSeconds: 60 },
  mintsPerPrincipal: { count: 300, perSeconds: 60 },
  perAddress: { count: 3_000, perSeconds: 60 },
  global: false,
} as const satisfies RateLimits

const UNLIMITED: Limiter = { consume: async () => ({ isAllowed: true, resetMs: 0 }) }
const MOST_REFUSED = 10_000

export function createRequestLimits(parts: RequestLimitParts): RequestLimits {
  const { cache, clock, rates, clientAddress } = parts
  const limiterOf = (name: keyof RateLimits): Limiter => {
    const rate: Rate | false = rates === false ? false : (rates?.[name] ?? DEFAULTS[name])
    return rate ? cache.limiter(name, rate) : UNLIMITED
  }
  const perAddress = limiterOf('perAddress')
  const global = limiterOf('global')
  const perPrincipal = { request: limiterOf('perPrincipal'), proxy: limiterOf('proxyPerPrincipal') }
  const mints = limiterOf('mintsPerPrincipal')
  /** Epoch milliseconds until which a subject may cause no mint. */
  const refused = new Map<string, number>()

  return {
    async admit(request) {
      const address = clientAddress && addressOf(request, clientAddress)
      const verdicts = [global.consume('all')]
      if (address !== undefined) verdicts.push(perAddress.consume(address))
      for (const verdict of await Promise.all(verdicts)) assertAllowed(verdict)
    },
    async admitPrincipal({ subject }, kind) {
      assertAllowed(await perPrincipal[kind].consume(subject))
    },
    mintRefusal(subject) {
      const restMs = (refused.get(subject) ?? 0) - clock.now()
      if (restMs > 0) return tooMany('This login has caused too many new tokens', restMs)
      refused.delete(subject)
      return undefined
    },
    chargeMint(subject) {
      // Not awaited: it is the next mint that pays, so that this one's waiters do not wait for a count.
      void mints.consume(subject).then(({ isAllowed, resetMs }) => {
        if (isAllowed) return
        if (refused.size >= MOST_REFUSED) refused.clear()
        refused.set(subject, clock.now() + resetMs)
      })
    },
  }
}

function assertAllowed({ isAllowed, resetMs }: Verdict): void {
  if (!isAllowed) throw tooMany('Too many requests', resetMs)
}

function tooMany(message: string, retryAfterMs: number): OAuthError {
  return new OAuthError('rate_limited', message, { retryAfterMs: Math.max(retryAfterMs, 1) })
}
