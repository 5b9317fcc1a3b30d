import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { codeOf, SECOND, stage } from './stage.ts'
import { play } from './story-play.ts'
import { drawsOf, stories, within } from './story.ts'

/** `VALETKEY_RUNS=10000` for the long run. A failure prints its seed. */
const numRuns = Number(process.env.VALETKEY_RUNS ?? 500)
const TIMEOUT_MS = 1_800_000

describe('whatever happens', () => {
  it(
    'P1 P3 P5 P7 P8 P9 P11 P12: serves no dead token, none of a former user, none to another vault, shows none, leaves no timer',
    async () => {
      const property = fc.asyncProperty(stories, fc.integer(), async (story, seed) => {
        const { violations, clock, watch } = await play(story, { seed })
        expect(violations).toEqual([])
        expect(watch.leaks()).toEqual([])
        expect(clock.pending()).toBe(0)
        expect(clock.longestDelayMs()).toBeLessThanOrEqual(60 * SECOND)
      })
      await fc.assert(property, { numRuns })
      expect.hasAssertions()
    },
    TIMEOUT_MS,
  )

  it(
    'P3 P4: joins every caller to one request, and no abort changes another caller’s outcome',
    async () => {
      const callers = fc.array(fc.record({ atMs: fc.nat(200), aborts: fc.boolean() }), {
        minLength: 1,
        maxLength: 30,
      })
      const property = fc.asyncProperty(
        callers,
        fc.integer({ min: 1, max: 300 }),
        async (some, latencyMs) => {
          const { client, broker, clock } = stage({}, { latencyMs })
          const order = some.toSorted((a, b) => a.atMs - b.atMs)
          const outcomes: Promise<string>[] = []
          for (const { atMs, aborts } of order) {
            await clock.advance(Math.max(0, atMs - clock.mono()))
            const controller = new AbortController()
            outcomes.push(codeOf(client.getToken('cards', { signal: controller.signal })))
            if (aborts) controller.abort()
          }
          await clock.advance(1_000)
          const answeredAtMs = (order[0]?.atMs ?? 0) + latencyMs
          const expected = order.map(({ aborts, atMs }) =>
            aborts && atMs < answeredAtMs ? 'AbortError' : 'resolved',
          )
          expect(await Promise.all(outcomes)).toEqual(expected)
          expect(broker.requests()).toHaveLength(1)
        },
      )
      await fc.assert(property, { numRuns })
      expect.hasAssertions()
    },
    TIMEOUT_MS,
  )

  it(
    'P2: mints a key no oftener than its lifetime and refusals call for',
    async () => {
      const usage = fc.record({
        pauses: fc.array(fc.integer({ min: 50, max: 5_000 }), { minLength: 5, maxLength: 100 }),
        lifetimeSeconds: fc.constantFrom(3, 5, 10, 60),
        revokes: fc.boolean(),
        seed: fc.nat(),
      })
      const property = fc.asyncProperty(usage, async (story) => {
        const { pauses, lifetimeSeconds, revokes, seed } = story
        const { client, broker, vault, clock } = stage(
          { random: drawsOf(seed) },
          { lifetimeSeconds },
        )
        client.keepFresh('cards')
        for (const pauseMs of pauses) {
          if (revokes) for (const text of broker.tokenTexts()) vault.revoke(text)
          await within(clock, client.fetchFor('cards')('/x'))
          await clock.advance(pauseMs)
        }
        const passedMs = clock.mono()
        const forced = revokes ? 1 + passedMs / (10 * SECOND) : 0
        const bound = 1 + passedMs / (0.5 * lifetimeSeconds * SECOND) + forced
        expect(broker.mints()).toBeLessThanOrEqual(Math.ceil(bound))
        client.dispose()
      })
      await fc.assert(property, { numRuns })
      expect.hasAssertions()
    },
    TIMEOUT_MS,
  )

  it(
    'P6: rejects nobody for a transient failure while the token is usable',
    async () => {
      const property = fc.asyncProperty(
        fc.array(fc.nat(20 * SECOND), { maxLength: 40 }),
        fc.nat(),
        async (pauses, seed) => {
          const { client, broker, clock } = stage({ random: drawsOf(seed) })
          await client.getToken('cards')
          broker.unreachable(true)
          for (const pauseMs of pauses) {
            await clock.advance(Math.min(pauseMs, 289 * SECOND - clock.mono()))
            expect(await codeOf(client.getToken('cards'))).toBe('resolved')
          }
          client.dispose()
        },
      )
      await fc.assert(property, { numRuns })
      expect.hasAssertions()
    },
    TIMEOUT_MS,
  )

  it(
    'P8: pays one replay for a 401, one mint for a key that is refused again and again',
    async () => {
      const pauses = fc.array(fc.nat(900), { minLength: 1, maxLength: 30 })
      const property = fc.asyncProperty(pauses, async (some) => {
        const { client, broker, vault, clock } = stage()
        vault.refuseEverything(true)
        for (const pauseMs of some) {
          await client.fetchFor('cards')('/x')
          await clock.advance(pauseMs)
        }
        expect(vault.calls.length).toBeLessThanOrEqual(some.length + 1)
        expect(broker.mints()).toBeLessThanOrEqual(2)
        client.dispose()
      })
      await fc.assert(property, { numRuns })
      expect.hasAssertions()
    },
    TIMEOUT_MS,
  )
})
