import { expect, it } from 'vitest'
import { withDeadline } from '../src/deadline.ts'
import { createManualClock } from './harness.ts'

function setup() {
  const clock = createManualClock()
  return { clock, deadline: { clock, timeoutMs: 8_000, onTimeout: () => new Error('too slow') } }
}

it('gives what came in time, and leaves no timer behind', async () => {
  const { clock, deadline } = setup()
  await expect(withDeadline(deadline, () => 'done')).resolves.toBe('done')
  await expect(withDeadline(deadline, async () => 'done')).resolves.toBe('done')
  expect(clock.pending()).toBe(0)
})

it('rejects at the deadline, aborts the signal, and does not wait for who ignores it', async () => {
  const { clock, deadline } = setup()
  let signal: AbortSignal | undefined
  const result = withDeadline(deadline, (given) => {
    signal = given
    return new Promise<never>(() => {})
  })

  clock.advance(7_999)
  expect(clock.pending()).toBe(1)
  clock.advance(1)

  await expect(result).rejects.toThrow('too slow')
  expect(signal?.aborted).toBe(true)
})

it('passes on what the work throws, at once or later', async () => {
  const { clock, deadline } = setup()
  const throwing = (): never => {
    throw new Error('broken')
  }
  await expect(withDeadline(deadline, throwing)).rejects.toThrow('broken')
  await expect(withDeadline(deadline, async () => throwing())).rejects.toThrow('broken')
  expect(clock.pending()).toBe(0)
})
