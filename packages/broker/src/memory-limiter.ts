/** Counts against a rate in the memory of this process. */
// Programs that compile this file from elsewhere find the types of that path nowhere else.
// oxlint-disable-next-line typescript/triple-slash-reference
/// <reference path="./rate-limiter-flexible.d.ts" />
// By path: the package's index brings a limiter for clusters, which does not load outside of Node.
import RateLimiterMemory from 'rate-limiter-flexible/lib/RateLimiterMemory.js'
import type { Limiter, Rate, Verdict } from './shared-cache.ts'

export function createMemoryLimiter({ count, perSeconds }: Rate): Limiter {
  const limiter = new RateLimiterMemory({ points: count, duration: perSeconds })
  return { consume: (key) => verdictOf(limiter.consume(key)) }
}

/** The library rejects with its result where the rate is exceeded. */
export async function verdictOf(consumed: Promise<{ msBeforeNext: number }>): Promise<Verdict> {
  try {
    return { isAllowed: true, resetMs: (await consumed).msBeforeNext }
  } catch (result) {
    const isResult = typeof result === 'object' && result !== null && 'msBeforeNext' in result
    if (!isResult) throw result
    return { isAllowed: false, resetMs: Number(result.msBeforeNext) }
  }
}
