import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isTokenError } from '../src/index.ts'
import { settle } from '../src/testing/index.ts'
import { SECOND, type Stage, stage } from './stage.ts'

/** `VALETKEY_RUNS=10000` for the long run. A failure prints its seed. */
const numRuns = Number(process.env.VALETKEY_RUNS ?? 500)

const TARGETS = ['cards', 'mail', 'records/a', 'records/b'] as const

/** What can happen to a client; times in milliseconds. */
type Step =
  | { do: 'advance' | 'sleep' | 'jump'; ms: number }
  | { do: 'get' | 'call' | 'keep'; target: number; aborts: boolean }
  | { do: 'group' }
  | { do: 'revoke' | 'reset' | 'hide' | 'show' | 'invalidate' }
  | { do: 'network' | 'refuse'; on: boolean }
  | { do: 'fail'; retryable: boolean }
  | { do: 'lifetime'; seconds: number }

const span = fc.oneof(
  fc.integer({ min: 0, max: 20 * SECOND }),
  fc.integer({ min: 0, max: 900 * SECOND }),
)
const target = fc.nat(TARGETS.length - 1)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('advance' as const), ms: span }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('sleep' as const), ms: span }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('jump' as const),
      ms: fc.integer({ min: -900 * SECOND, max: 900 * SECOND }),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constantFrom('get' as const, 'call' as const, 'keep' as const),
      target,
      aborts: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.constant({ do: 'group' as const }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('revoke', 'reset', 'hide', 'show', 'invalidate') as fc.Arbitrary<
        'revoke' | 'reset' | 'hide' | 'show' | 'invalidate'
      >,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('network' as const, 'refuse' as const),
      on: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('fail' as const), retryable: fc.boolean() }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('lifetime' as const),
      seconds: fc.constantFrom(1, 5, 10, 60, 300, 3_600),
    }),
  },
)

/** Draws that the seed alone decides. */
function drawsOf(seed: number): () => number {
  let draw = seed >>> 0
  return () => {
    draw = (Math.imul(draw, 1_664_525) + 1_013_904_223) >>> 0
    return draw / 2 ** 32
  }
}

/** Lets time pass until the promise settles. */
async function within(clock: Stage['clock'], promise: Promise<unknown>): Promise<void> {
  let settled = false
  const done = () => {
    settled = true
  }
  promise.then(done, done)
  await settle()
  while (!settled) await clock.advance(100)
}

/** Plays a story; checks what must hold after every step. */
async function play(story: readonly Step[], seed: number) {
  const scene = stage({ random: drawsOf(seed), timeoutMs: 5 * SECOND })
  const { client, broker, vault, clock, signals } = scene
  const pending: Promise<void>[] = []
  const seen = new Map<string, number>()
  const naps: { mints: number; ms: number }[] = []

  /** By the broker's clock, which neither sleeps nor is set. */
  const remainingMs = (text: string) => {
    const number = broker.tokenTexts().indexOf(text)
    const token = broker.tokens()[number]
    if (!token) throw new Error('a token nobody minted')
    const slept = naps.filter(({ mints }) => mints > number).reduce((sum, { ms }) => sum + ms, 0)
    return token.lifetimeSeconds * SECOND - (clock.mono() - token.mintedAtMonoMs) - slept
  }
  const allowed = (error: unknown) => {
    if (isTokenError(error) || (error as Error).name === 'AbortError') return
    throw error
  }
  const hold = (promise: Promise<void>) => pending.push(promise.catch(allowed))

  const getToken = async (index: number, aborts: boolean) => {
    const controller = new AbortController()
    const name = TARGETS[index] ?? 'cards'
    const got = client.getToken(name, { signal: controller.signal }).then((token) => {
      expect(token.audience).toBe(name)
      expect(remainingMs(token.value), 'P1: a dead token was served').toBeGreaterThan(0)
    })
    if (aborts) controller.abort()
    hold(got)
  }

  for (const one of story) {
    switch (one.do) {
      case 'advance':
        await clock.advance(one.ms)
        break
      case 'sleep':
        naps.push({ mints: broker.mints(), ms: one.ms })
        clock.sleep(one.ms)
        signals.wake('resume')
        break
      case 'jump':
        clock.jump(one.ms)
        signals.wake('focus')
        break
      case 'get':
        await getToken(one.target, one.aborts)
        break
      case 'call':
        hold(
          client
            .fetchFor(TARGETS[one.target] ?? 'cards')('/x')
            .then(() => {}),
        )
        break
      case 'keep':
        try {
          client.keepFresh(TARGETS[one.target] ?? 'cards')
        } catch (error) {
          allowed(error)
        }
        break
      case 'group':
        hold(
          client.getTokens('records').then((tokens) => {
            expect(tokens.size).toBe(3)
            for (const { value } of tokens.values())
              expect(remainingMs(value), 'P12: a group holds a dead token').toBeGreaterThan(0)
          }),
        )
        break
      case 'revoke':
        for (const text of broker.tokenTexts()) vault.revoke(text)
        break
      case 'reset':
        client.reset()
        expect(client.status('cards').status, 'P5').toBe('idle')
        break
      case 'hide':
        signals.hide()
        break
      case 'show':
        signals.show()
        break
      case 'invalidate':
        client.invalidate('cards')
        break
      case 'network':
        broker.unreachable(!one.on)
        break
      case 'refuse':
        vault.refuseEverything(one.on)
        break
      case 'fail':
        broker.failNext({ error: 'server_error', status: 500, retryable: one.retryable })
        break
      case 'lifetime':
        broker.set({ lifetimeSeconds: one.seconds })
        break
    }
    await settle()
    checkCalls(scene, seen)
  }
  await clock.advance(10 * SECOND)
  broker.unreachable(false)
  client.dispose()
  await Promise.all(pending)
  return scene
}

/** P11: what left for a vault left for the vault of its token. */
function checkCalls({ vault }: Stage, seen: Map<string, number>): void {
  const from = seen.get('calls') ?? 0
  for (const { url, authorization } of vault.calls.slice(from)) {
    const host = new URL(url).host.split('.')[0] ?? ''
    expect(authorization, 'P11').toMatch(new RegExp(`^Bearer canary-\\d+-(records\\.)?${host}$`))
  }
  seen.set('calls', vault.calls.length)
}

const stories = fc.array(step, { minLength: 1, maxLength: 25 })

describe('whatever happens', () => {
  it('P1 P5 P11 P12: serves no dead token, none of a former user, none to another vault', async () => {
    await fc.assert(
      fc.asyncProperty(stories, fc.integer(), async (story, seed) => {
        await play(story, seed)
      }),
      { numRuns },
    )
  }, 280_000)

  it('P7 P9: shows no token text in events or status, leaves no timer, sets none over a minute', async () => {
    await fc.assert(
      fc.asyncProperty(stories, fc.integer(), async (story, seed) => {
        const { client, broker, clock, events } = await play(story, seed)
        const shown = JSON.stringify([events, TARGETS.map((name) => client.status(name))])
        for (const text of broker.tokenTexts()) expect(shown).not.toContain(text)
        expect(clock.pending()).toBe(0)
        expect(clock.longestDelayMs()).toBeLessThanOrEqual(60 * SECOND)
      }),
      { numRuns: Math.ceil(numRuns / 5) },
    )
  }, 280_000)

  it('P3 P4: joins every caller to one request, and no abort changes another caller’s outcome', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ atMs: fc.nat(200), aborts: fc.boolean() }), {
          minLength: 1,
          maxLength: 30,
        }),
        fc.integer({ min: 1, max: 300 }),
        async (callers, latencyMs) => {
          const { client, broker, clock } = stage({}, { latencyMs })
          const outcomes: Promise<string>[] = []
          const order = [...callers].sort((a, b) => a.atMs - b.atMs)
          for (const { atMs, aborts } of order) {
            await clock.advance(Math.max(0, atMs - clock.mono()))
            const controller = new AbortController()
            const outcome = client.getToken('cards', { signal: controller.signal }).then(
              () => 'token',
              (error: Error) => error.name,
            )
            if (aborts) controller.abort()
            outcomes.push(outcome)
          }
          await clock.advance(1_000)
          const expected = order.map(({ aborts, atMs }) =>
            aborts && atMs - (order[0]?.atMs ?? 0) < latencyMs ? 'AbortError' : 'token',
          )
          expect(await Promise.all(outcomes)).toEqual(expected)
          expect(broker.requests()).toHaveLength(1)
        },
      ),
      { numRuns },
    )
  }, 280_000)

  it('P2: mints a key no oftener than its lifetime, refusals and clock jumps call for', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 50, max: 5_000 }), { minLength: 5, maxLength: 100 }),
        fc.constantFrom(3, 5, 10, 60),
        fc.boolean(),
        fc.nat(),
        async (pauses, lifetimeSeconds, revokes, seed) => {
          const random = drawsOf(seed)
          const { client, broker, vault, clock } = stage({ random }, { lifetimeSeconds })
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
        },
      ),
      { numRuns },
    )
  }, 280_000)

  it('P6: rejects nobody for a transient failure while the token is usable', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(20 * SECOND), { maxLength: 40 }),
        fc.nat(),
        async (pauses, seed) => {
          const random = drawsOf(seed)
          const { client, broker, clock } = stage({ random })
          await client.getToken('cards')
          broker.unreachable(true)
          for (const pauseMs of pauses) {
            await clock.advance(pauseMs)
            if (clock.mono() >= 290 * SECOND) break
            await client.getToken('cards')
          }
          client.dispose()
        },
      ),
      { numRuns },
    )
  }, 280_000)

  it('P8: pays one replay for a 401, one mint for a key that is refused again and again', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(900), { minLength: 1, maxLength: 30 }), async (pauses) => {
        const { client, broker, vault, clock } = stage()
        vault.refuseEverything(true)
        for (const pauseMs of pauses) {
          await client.fetchFor('cards')('/x')
          await clock.advance(pauseMs)
        }
        expect(vault.calls.length).toBeLessThanOrEqual(pauses.length + 1)
        expect(broker.mints()).toBeLessThanOrEqual(2)
        client.dispose()
      }),
      { numRuns },
    )
  }, 280_000)
})
