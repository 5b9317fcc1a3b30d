import { describe, expect, it } from 'vitest'
import { playFleet } from '../bench/fleet/fleet.ts'
import { playRealFleet } from '../bench/fleet/real-fleet.ts'
import { createWorld, type Plan, planOf } from '../bench/fleet/world.ts'
import { SECOND } from './stage.ts'

/** An outage sooner than in the big runs: two lifetimes after the start. */
function shortPlan(differs: Partial<Plan>): Plan {
  const lifetimeMs = 300 * SECOND
  const outageAtMs = 2 * lifetimeMs
  const endMs = outageAtMs + lifetimeMs
  return planOf({ clients: 60, lifetimeMs, shared: false, outageAtMs, endMs, ...differs })
}

describe('a fleet of clients', () => {
  it.each([
    { shared: false, hangs: false },
    { shared: true, hangs: false },
    { shared: true, hangs: true },
  ])(
    'asks in the simulation when real clients ask, and fails the same calls: %o',
    async (differs) => {
      const plan = shortPlan(differs)
      const simulated = momentsIn(plan)
      const real = momentsIn(plan)
      const expected = playFleet(simulated.world)
      const { failedUsable, failedWithinMargin, failedWithoutToken } = await playRealFleet(
        real.world,
      )
      expect(failedUsable).toBe(0)
      expect({ failedWithinMargin, failedWithoutToken }).toEqual({
        failedWithinMargin: expected.failedWithinMargin,
        failedWithoutToken: expected.failedWithoutToken,
      })
      expect(real.moments.map((own) => own.length)).toEqual(
        simulated.moments.map((own) => own.length),
      )
      const apartMs = real.moments.flatMap((own, client) =>
        own.map((at, n) => Math.abs(at - (simulated.moments[client]?.[n] ?? 0))),
      )
      // Timers never sleep for less than 50 ms; beyond that the two are one.
      expect(Math.max(...apartMs)).toBeLessThan(500)
    },
  )

  it.each([{ shared: false }, { shared: true }])(
    'asks the broker at most three times as often as usual, during an outage or after it: %o',
    ({ shared }) => {
      const lifetimeMs = 300 * SECOND
      const plan = planOf({ clients: 20_000, lifetimeMs, shared, endMs: 8.5 * lifetimeMs })
      const world = createWorld(plan)
      playFleet(world)
      const [settled, outage, end] = [6 * 300, 8 * 300, 8.5 * 300]
      const usual = mean(world.perSecond.subarray(settled, outage))
      const per5s = (from: number) => mean(world.perSecond.subarray(from, from + 5))
      const rates = Array.from({ length: end - outage - 5 }, (_, n) => per5s(outage + n))
      expect(Math.max(...rates) / usual).toBeLessThan(3)
    },
  )
})

/** A world that also notes when each client asked. */
function momentsIn(plan: Plan): { world: ReturnType<typeof createWorld>; moments: number[][] } {
  const world = createWorld(plan)
  const moments: number[][] = Array.from({ length: plan.clients }, () => [])
  const request: typeof world.request = (client, now) => {
    moments[client]?.push(now)
    return world.request(client, now)
  }
  return { world: { ...world, request }, moments }
}

function mean(counts: Uint32Array): number {
  return counts.reduce((sum, count) => sum + count, 0) / counts.length
}
