/** Random stories: what can happen to a client, in any order. */
import fc from 'fast-check'
import { settle } from '../src/testing/index.ts'
import { SECOND, type Stage } from './stage.ts'

export const TARGETS = ['cards', 'mail', 'records/a', 'records/b'] as const

/** What can happen to a client; times in milliseconds. */
export type Step =
  | { do: 'advance'; ms: number }
  | { do: 'sleep' | 'jump'; ms: number; wakes: boolean }
  | { do: 'get' | 'call' | 'keep'; target: number; aborts: boolean }
  | { do: 'group' | 'revoke' | 'reset' | 'hide' | 'show' | 'invalidate' | 'members' }
  | { do: 'network' | 'refuse'; on: boolean }
  | { do: 'fail'; retryable: boolean }
  | { do: 'lifetime'; seconds: number }
  | { do: 'latency'; ms: number }

const spanMs = fc.oneof(fc.nat(20 * SECOND), fc.nat(900 * SECOND))

function steps<T extends Step['do']>(...names: T[]): fc.Arbitrary<T> {
  return fc.constantFrom(...names)
}

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: steps('advance'), ms: spanMs }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: steps('sleep'), ms: spanMs, wakes: fc.boolean() }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: steps('jump'),
      ms: fc.integer({ min: -900 * SECOND, max: 900 * SECOND }),
      wakes: fc.boolean(),
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
      do: steps('group', 'revoke', 'reset', 'hide', 'show', 'invalidate', 'members'),
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
  {
    weight: 1,
    arbitrary: fc.record({
      do: steps('latency'),
      ms: fc.constantFrom(0, 50, 2 * SECOND, 9 * SECOND, 12 * SECOND),
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

/** Lets time pass, by steps, until the promise settles. */
export async function within(
  clock: Stage['clock'],
  promise: Promise<unknown>,
  stepMs = 100,
): Promise<void> {
  let settled = false
  void promise
    .catch(() => {})
    .finally(() => {
      settled = true
    })
  await settle()
  while (!settled) await clock.advance(stepMs)
}
