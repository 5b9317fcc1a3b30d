import { afterEach, expect, it, vi } from 'vitest'
import { completeClock } from '../src/clock.ts'

afterEach(() => {
  vi.useRealTimers()
})

it('takes timers from the system where a clock has none', () => {
  vi.useFakeTimers()
  const clock = completeClock({ now: () => 42 })
  const callback = vi.fn<() => void>()
  clock.after(1_000, callback)
  const cancel = clock.after(2_000, () => callback())
  cancel()
  vi.advanceTimersByTime(5_000)
  expect(clock.now()).toBe(42)
  expect(callback).toHaveBeenCalledOnce()
})

it('takes both from a clock that has both', () => {
  const delays: number[] = []
  const clock = completeClock({
    now: () => 1,
    after(delayMs) {
      delays.push(delayMs)
      return () => {}
    },
  })
  clock.after(7, () => {})
  expect(delays).toEqual([7])
})
