import { describe, expect, it } from 'vitest'
import { outage, revocation } from '../bench/outages.ts'
import { roundTrips } from '../bench/round-trips.ts'
import { DAY, longLife, mintsInAnHour } from '../bench/schedule.ts'
import { createTokenClient } from '../src/index.ts'
import { createFakeBroker, createManualClock } from '../src/testing/index.ts'

describe('what `pnpm bench` counts', () => {
  it('one mint and no failure for 1,000 calls in flight when their token is revoked', async () => {
    expect(await revocation()).toEqual({ mints: 1, vaultCalls: 2_000, failed: 0 })
  })

  it('at most 3 requests of 10 bursts at a broker that is down, nobody left waiting', async () => {
    const runs = await Promise.all(Array.from({ length: 10 }, outage))
    expect(Math.max(...runs.map(({ requests }) => requests))).toBeLessThanOrEqual(3)
    expect(Math.max(...runs.map(({ slowestMs }) => slowestMs))).toBeLessThanOrEqual(100)
    expect(runs.map(({ untold }) => untold)).toEqual(runs.map(() => 0))
  })

  it('one broker request for 10,000 concurrent gets over 30 expired audiences', async () => {
    const names = Array.from({ length: 30 }, (_, at) => `vault-${at}`)
    const audiences = Object.fromEntries(names.map((name) => [name, {}]))
    const clock = createManualClock()
    const broker = createFakeBroker({ clock, audiences, latencyMs: 20, lifetimeSeconds: 60 })
    const client = createTokenClient('https://app.example/api/broker', {
      clock,
      fetch: broker.fetch,
      wakeSignals: { listen: () => () => {}, hidden: () => true, online: () => true },
    })
    const all = async () => {
      const got = Array.from({ length: 10_000 }, (_, at) =>
        client.getToken(names[at % names.length] ?? ''),
      )
      await clock.advance(20)
      return new Set((await Promise.all(got)).map(({ value }) => value)).size
    }
    await all()
    await clock.advance(61_000)
    expect(await all()).toBe(30)
    expect(broker.requests()).toHaveLength(2)
    client.dispose()
  })

  it('at most 121 mints of an hour in which a token of 60 s is used each 100 ms', async () => {
    const mints = await mintsInAnHour()
    expect(mints).toBeLessThanOrEqual(121)
    expect(mints).toBeGreaterThan(60)
  })

  it.each([30, 3_650])(
    'no timer over a minute, and no loop, of a life of %i days',
    async (days) => {
      const { longestMs, timers } = await longLife(days * DAY)
      expect(longestMs).toBeLessThanOrEqual(60_000)
      expect(timers).toBeLessThan(24 * 61)
    },
  )

  it('two round trips to the first answers of 30 vaults; cold four, with known origins', async () => {
    expect(await roundTrips(30, { isCold: false, isKnown: false })).toBe(2)
    expect(await roundTrips(30, { isCold: true, isKnown: true })).toBe(4)
    expect(await roundTrips(30, { isCold: true, isKnown: false })).toBe(5)
  })
})
