import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { latestExpiry, lifetimeOf } from '../src/lifetime.ts'

const NOW = 1_795_312_345_678
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const limits = { defaultLifetimeMs: 5 * MINUTE, maxLifetimeMs: 24 * HOUR }

describe('lifetimeOf', () => {
  it.each<[string, Omit<Parameters<typeof lifetimeOf>[0], 'limits'>, number]>([
    ['is what the minter gives by default', {}, 5 * MINUTE],
    ['is what the configuration says', { configuredMs: 10 * MINUTE }, 10 * MINUTE],
    ['may be over an hour if the configuration says so', { configuredMs: 2 * HOUR }, 2 * HOUR],
    ['is never over the limit of the minter', { configuredMs: 48 * HOUR }, 24 * HOUR],
    ['is shortened by a ttl', { ttlSeconds: 30 }, 30_000],
    ['is not lengthened by a ttl', { ttlSeconds: 3600 }, 5 * MINUTE],
    ['is shortened by a grant', { grantedMs: MINUTE }, MINUTE],
    ['is not lengthened by a grant', { grantedMs: HOUR }, 5 * MINUTE],
  ])('%s', (_, bounds, lifetimeMs) => {
    expect(lifetimeOf({ limits, ...bounds }, NOW)).toEqual({ lifetimeMs })
  })

  it('is at most an hour where only the minter says more', () => {
    const generous = { defaultLifetimeMs: 12 * HOUR, maxLifetimeMs: 24 * HOUR }
    expect(lifetimeOf({ limits: generous }, NOW)).toEqual({ lifetimeMs: HOUR })
  })

  it('names the end of the login where that comes first, and only there', () => {
    const soon = NOW + MINUTE
    expect(lifetimeOf({ limits, loginEndsAt: soon }, NOW)).toEqual({
      lifetimeMs: 5 * MINUTE,
      ceilingAt: soon,
    })
    expect(lifetimeOf({ limits, loginEndsAt: NOW + HOUR }, NOW)).not.toHaveProperty('ceilingAt')
  })

  it('never lets a token outlive any of its bounds', () => {
    const ms = fc.option(fc.integer({ min: 1_000, max: 10 * HOUR }), { nil: undefined })
    fc.assert(
      fc.property(fc.tuple(ms, ms, ms, ms), ([configuredMs, grantedMs, ttlMs, loginMs]) => {
        const ttlSeconds = ttlMs === undefined ? undefined : ttlMs / 1000
        const loginEndsAt = loginMs === undefined ? undefined : NOW + loginMs
        const bounds = { limits, configuredMs, grantedMs, ttlSeconds, loginEndsAt }
        const lifeMs = latestExpiry(lifetimeOf(bounds, NOW), NOW) - NOW

        const all = [limits.maxLifetimeMs, configuredMs ?? HOUR, grantedMs, ttlMs, loginMs]
        for (const bound of all) expect(lifeMs).toBeLessThanOrEqual(bound ?? Infinity)
        expect(lifeMs).toBeGreaterThan(0)
      }),
      { numRuns: 500 },
    )
  })
})
