/** Random stories for a client, played on a manual clock while a model watches what must hold. */
import fc from 'fast-check'
import { isTokenError } from '../src/index.ts'
import { settle } from '../src/testing/index.ts'
import { SECOND, type Stage, stage } from './stage.ts'

export const TARGETS = ['cards', 'mail', 'records/a', 'records/b'] as const

/** What can happen to a client; times in milliseconds. */
export type Step =
  | { do: 'advance' | 'sleep' | 'jump'; ms: number }
  | { do: 'get' | 'call' | 'keep'; target: number; aborts: boolean }
  | { do: 'group' | 'revoke' | 'reset' | 'hide' | 'show' | 'invalidate' }
  | { do: 'network' | 'refuse'; on: boolean }
  | { do: 'fail'; retryable: boolean }
  | { do: 'lifetime'; seconds: number }

const spanMs = fc.oneof(fc.nat(20 * SECOND), fc.nat(900 * SECOND))

function steps<T extends Step['do']>(...names: T[]): fc.Arbitrary<T> {
  return fc.constantFrom(...names)
}

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: steps('advance'), ms: spanMs }) },
  { weight: 1, arbitrary: fc.record({ do: steps('sleep'), ms: spanMs }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: steps('jump'),
      ms: fc.integer({ min: -900 * SECOND, max: 900 * SECOND }),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: steps('get', 'call', 'keep'),
      target: fc.nat(TARGETS.length - 1),
      aborts: fc.boolean(),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: steps('group', 'revoke', 'reset', 'hide', 'show', 'invalidate'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: steps('network', 'refuse'), on: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: steps('fail'), retryable: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: steps('lifetime'),
      seconds: fc.constantFrom(1, 5, 10, 60, 300, 3_600),
    }),
  },
)

export const stories: fc.Arbitrary<Step[]> = fc.array(step, { minLength: 1, maxLength: 25 })

/** Draws that the seed alone decides. */
export function drawsOf(seed: number): () => number {
  let draw = seed >>> 0
  return () => {
    draw = (Math.imul(draw, 1_664_525) + 1_013_904_223) >>> 0
    return draw / 2 ** 32
  }
}

/** Lets time pass until the promise settles. */
export async function within(clock: Stage['clock'], promise: Promise<unknown>): Promise<void> {
  let settled = false
  void promise
    .catch(() => {})
    .finally(() => {
      settled = true
    })
  await settle()
  while (!settled) await clock.advance(100)
}

interface Play extends Stage {
  /** What must not happen, where it did. */
  readonly violations: string[]
  readonly waiting: Promise<void>[]
  /** Sleeps, each with the number of tokens that were made before it. */
  readonly naps: { mints: number; ms: number }[]
  /** Tokens made before the last reset belong to a former user. */
  formerMints: number
}

/** Plays a story to its end and disposes of the client. */
export async function play(story: readonly Step[], seed: number): Promise<Play> {
  const scene = stage({ random: drawsOf(seed), timeoutMs: 5 * SECOND })
  const acting: Play = { ...scene, violations: [], waiting: [], naps: [], formerMints: 0 }
  for (const one of story) {
    await act(acting, one)
    await settle()
  }
  await acting.clock.advance(10 * SECOND)
  acting.client.dispose()
  await Promise.all(acting.waiting)
  checkCalls(acting)
  return acting
}

async function act(acting: Play, one: Step): Promise<void> {
  const { client, broker, vault, clock, signals } = acting
  switch (one.do) {
    case 'advance':
      return clock.advance(one.ms)
    case 'sleep':
      acting.naps.push({ mints: broker.mints(), ms: one.ms })
      clock.sleep(one.ms)
      return signals.wake('resume')
    case 'jump':
      clock.jump(one.ms)
      return signals.wake('focus')
    case 'get':
      return get(acting, TARGETS[one.target] ?? 'cards', one.aborts)
    case 'call':
      return watch(acting, client.fetchFor(TARGETS[one.target] ?? 'cards')('/x'))
    case 'keep':
      client.keepFresh(TARGETS[one.target] ?? 'cards')
      return
    case 'group':
      return getGroup(acting)
    case 'revoke':
      for (const text of broker.tokenTexts()) vault.revoke(text)
      return
    case 'reset':
      return reset(acting)
    case 'hide':
      return signals.hide()
    case 'show':
      return signals.show()
    case 'invalidate':
      return client.invalidate('cards')
    case 'network':
      return broker.unreachable(!one.on)
    case 'refuse':
      return vault.refuseEverything(one.on)
    case 'fail':
      return broker.failNext({ error: 'server_error', status: 500, retryable: one.retryable })
    case 'lifetime':
      return broker.set({ lifetimeSeconds: one.seconds })
    default:
      return one satisfies never
  }
}

function watch({ waiting, violations }: Play, promise: Promise<unknown>): void {
  const allowed = (error: unknown) => {
    if (isTokenError(error) || (error as Error).name === 'AbortError') return
    violations.push(`an error of another kind: ${String(error)}`)
  }
  waiting.push(promise.then(() => {}, allowed))
}

function get(acting: Play, target: string, aborts: boolean): void {
  const controller = new AbortController()
  const since = acting.formerMints
  const got = acting.client.getToken(target, { signal: controller.signal })
  watch(
    acting,
    got.then(({ value, audience }) => checkServed(acting, { value, audience, target, since })),
  )
  if (aborts) controller.abort()
}

function getGroup(acting: Play): void {
  const since = acting.formerMints
  const got = acting.client.getTokens('records').then((tokens) => {
    if (tokens.size !== 3) acting.violations.push(`P12: a group of ${tokens.size}`)
    for (const [target, { value, audience }] of tokens)
      checkServed(acting, { value, audience, target, since })
  })
  watch(acting, got)
}

function reset(acting: Play): void {
  acting.client.reset()
  acting.formerMints = acting.broker.mints()
  if (acting.client.status('cards').status !== 'idle') acting.violations.push('P5: a status stayed')
}

function checkServed(
  { broker, clock, naps, violations }: Play,
  served: { value: string; audience: string; target: string; since: number },
): void {
  const number = broker.tokenTexts().indexOf(served.value)
  const token = broker.tokens()[number]
  if (!token || served.audience !== served.target || token.audience !== served.target) {
    violations.push('a token of another audience')
    return
  }
  if (number < served.since) violations.push('P5: a token of a former user')
  const slept = naps.filter(({ mints }) => mints > number).reduce((sum, { ms }) => sum + ms, 0)
  const leftMs = token.lifetimeSeconds * SECOND - (clock.mono() - token.mintedAtMonoMs) - slept
  if (leftMs <= 0) violations.push(`P1: a token dead for ${-leftMs} ms`)
}

function checkCalls({ vault, violations }: Play): void {
  for (const { url, authorization } of vault.calls) {
    const host = new URL(url).host.split('.')[0] ?? ''
    const own = new RegExp(`^Bearer canary-\\d+-(records\\.)?${host}$`)
    if (!own.test(authorization ?? '')) violations.push(`P11: another vault's token at ${host}`)
  }
}
