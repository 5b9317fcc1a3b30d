import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PROPERTY_TIMEOUT_MS, tryOut } from './property.ts'
import { codeOf, isBroker, SECOND, stage } from './stage.ts'
import { play } from './story-play.ts'
import { drawsOf, stories, within } from './story.ts'

/** P10 is tested with tabs. */
describe('whatever happens', () => {
  it(
    'P1 P2 P3 P5 P7 P8 P9 P11 P12: tokens are alive, of the right user, at the right vault, few, unseen; no timer stays',
    async ({ task }) => {
      const property = fc.asyncProperty(stories, fc.integer(), async (story, draws) => {
        const { violations, clock, watch } = await play(story, { seed: draws })
        expect(violations).toEqual([])
        expect(watch.leaks()).toEqual([])
        expect(clock.pending()).toBe(0)
        expect(clock.longestDelayMs()).toBeLessThanOrEqual(60 * SECOND)
      })
      await expect(tryOut({ task }, property)).resolves.toBeGreaterThan(0)
    },
    PROPERTY_TIMEOUT_MS,
  )

  it(
    'P3 P4: joins every caller to one request, and no abort changes another caller’s outcome',
    async ({ task }) => {
      // Nobody comes or goes in the very moment of an answer.
      const tens = fc.nat(20).map((n) => 10 * n)
      const callers = fc.array(fc.record({ atMs: tens, abortAfterMs: fc.option(tens) }), {
        minLength: 1,
        maxLength: 30,
      })
      const latency = fc.nat(30).map((n) => 10 * n + 5)
      const property = fc.asyncProperty(callers, latency, fc.boolean(), async (some, ms, fails) => {
        const { client, broker, clock } = stage({}, { latencyMs: ms })
        if (fails) broker.failNext({ error: 'server_error', status: 500, times: 9 })
        const answeredAtMs = Math.min(...some.map(({ atMs }) => atMs)) + ms
        const outcomes = some.map(
          ({ atMs, abortAfterMs }) =>
            new Promise<[string, string]>((resolve) => {
              const leaving = new AbortController()
              const abortAtMs = abortAfterMs === null ? Number.NaN : atMs + abortAfterMs
              const isGone = atMs < answeredAtMs && abortAtMs < answeredAtMs
              const expected = isGone ? 'AbortError' : fails ? 'server_error' : 'resolved'
              clock.after(atMs, () => {
                const code = codeOf(client.getToken('cards', { signal: leaving.signal }))
                void code.then((got) => resolve([got, expected]))
                if (abortAfterMs !== null) clock.after(abortAfterMs, () => leaving.abort())
              })
            }),
        )
        // Less than the first backoff after the answer.
        await clock.advance(Math.max(answeredAtMs, 400) + 5)
        for (const [got, expected] of await Promise.all(outcomes)) expect(got).toBe(expected)
        expect(broker.requests()).toHaveLength(1)
        client.dispose()
      })
      await expect(tryOut({ task }, property)).resolves.toBeGreaterThan(0)
    },
    PROPERTY_TIMEOUT_MS,
  )

  it(
    'P2: mints a key no oftener than its lifetime and refusals call for',
    async ({ task }) => {
      const usage = fc.record({
        pauses: fc.array(fc.integer({ min: 50, max: 5_000 }), { minLength: 5, maxLength: 15 }),
        lifetimeSeconds: fc.constantFrom(3, 5, 10, 60),
        revokes: fc.boolean(),
        draws: fc.nat(),
      })
      const property = fc.asyncProperty(usage, async (story) => {
        const { pauses, lifetimeSeconds, revokes, draws } = story
        const { client, broker, vault, clock } = stage(
          { random: drawsOf(draws) },
          { lifetimeSeconds },
        )
        client.keepFresh('cards')
        for (const pauseMs of pauses) {
          if (revokes) for (const text of broker.tokenTexts()) vault.revoke(text)
          await within(clock, client.fetchFor('cards')('/x'), 500)
          await clock.advance(pauseMs)
        }
        const passedMs = clock.mono()
        const forced = revokes ? 1 + passedMs / (10 * SECOND) : 0
        const bound = 1 + passedMs / (0.5 * lifetimeSeconds * SECOND) + forced
        expect(broker.mints()).toBeLessThanOrEqual(Math.ceil(bound))
        client.dispose()
      })
      await expect(tryOut({ task }, property)).resolves.toBeGreaterThan(0)
    },
    PROPERTY_TIMEOUT_MS,
  )

  it(
    'P6: rejects nobody for a transient failure while the token is usable',
    async ({ task }) => {
      const failure = fc.constantFrom('gone', 'offline', 'hangs', 429, 500, 502, 503, 504)
      const troubles = fc.array(
        fc.record({ pauseMs: fc.nat(20 * SECOND), failure, backMs: fc.option(fc.nat(1e7)) }),
        { maxLength: 40 },
      )
      const property = fc.asyncProperty(troubles, fc.nat(), async (some, draws) => {
        const { client, broker, clock, signals } = stage({ random: drawsOf(draws) })
        const { value } = await client.getToken('cards')
        for (const { pauseMs, failure: kind, backMs } of some) {
          await clock.advance(pauseMs)
          if (clock.mono() > 270 * SECOND) break
          if (backMs) clock.jump(-backMs)
          signals.network(kind !== 'offline')
          broker.unreachable(kind === 'gone' || kind === 'offline')
          broker.set({ latencyMs: kind === 'hangs' ? 60 * SECOND : 0 })
          const status = typeof kind === 'number' ? kind : 500
          broker.answerNext(status, '')
          const got = client.getToken('cards')
          await within(clock, got, 500)
          expect((await got).value).toBe(value)
        }
        client.dispose()
      })
      await expect(tryOut({ task }, property)).resolves.toBeGreaterThan(0)
    },
    PROPERTY_TIMEOUT_MS,
  )

  it(
    'P8: pays one replay for a 401, one mint for a generation, one for a key refused for a while',
    async ({ task }) => {
      const bursts = fc.array(
        fc.record({
          pauseMs: fc.nat(15 * SECOND),
          vaultMs: fc.array(fc.nat(3 * SECOND), { minLength: 1, maxLength: 5 }),
          revokes: fc.boolean(),
        }),
        { minLength: 1, maxLength: 15 },
      )
      const property = fc.asyncProperty(bursts, fc.boolean(), async (some, refusesAll) => {
        const refused = new Set<string>()
        const scene = stage(
          {
            fetch: async (input, init) => {
              if (isBroker(input)) return scene.broker.fetch(input, init)
              const request = new Request(input, init)
              const waitMs = Number(new URL(request.url).searchParams.get('ms'))
              await new Promise<void>((resolve) => scene.clock.after(waitMs, resolve))
              const response = await scene.vault.fetch(request)
              if (response.status === 401) refused.add(request.headers.get('Authorization') ?? '')
              return response
            },
          },
          { lifetimeSeconds: 3_600 },
        )
        const { client, broker, vault, clock } = scene
        vault.refuseEverything(refusesAll)
        const calls: Promise<Response>[] = []
        for (const { pauseMs, vaultMs, revokes } of some) {
          if (revokes) for (const text of broker.tokenTexts()) vault.revoke(text)
          for (const ms of vaultMs) calls.push(client.fetchFor('cards')(`/x?ms=${ms}`))
          await clock.advance(pauseMs)
        }
        await clock.advance(30 * SECOND)
        const answers = await Promise.all(calls)
        expect(vault.calls.length).toBeLessThanOrEqual(2 * answers.length)
        // One more where a call is refused with the new token before the replay is.
        expect(broker.mints()).toBeLessThanOrEqual(refusesAll ? 3 : 1 + refused.size)
        client.dispose()
      })
      await expect(tryOut({ task }, property)).resolves.toBeGreaterThan(0)
    },
    PROPERTY_TIMEOUT_MS,
  )

  it(
    'P11: whatever the address, the token goes to its vault’s origin or nowhere',
    async ({ task }) => {
      const parts = [
        'https:',
        'http:',
        'javascript:',
        'blob:',
        '//',
        '/',
        '\\',
        '@',
        ':',
        '.',
        '..',
        '#',
        '?',
        ' ',
        '\t',
        '\n',
        '\0',
        '%40',
        '%2f',
        ':443',
        ':8443',
        'x',
        'cards.vault.example',
        'evil.example',
        'mail.vault.example',
        'localhost',
        '[::1]',
        '。',
        'ｃards.vault.example',
        'xn--',
      ]
      const address = fc.oneof(
        fc.string(),
        fc.array(fc.constantFrom(...parts), { maxLength: 8 }).map((some) => some.join('')),
        fc
          .array(fc.constantFrom(...parts), { maxLength: 5 })
          .map((some) => `https://cards.vault.example${some.join('')}`),
      )
      const { client, vault } = stage()
      const property = fc.asyncProperty(address, async (url) => {
        vault.calls.length = 0
        const code = await codeOf(client.fetchFor('cards')(url))
        expect(['resolved', 'origin_not_allowed']).toContain(code)
        expect(vault.calls.length).toBe(code === 'resolved' ? 1 : 0)
        for (const call of vault.calls)
          expect(new URL(call.url).origin).toBe('https://cards.vault.example')
      })
      await expect(tryOut({ task }, property)).resolves.toBeGreaterThan(0)
    },
    PROPERTY_TIMEOUT_MS,
  )
})
