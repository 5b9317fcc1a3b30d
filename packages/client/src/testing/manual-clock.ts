/** A clock for tests that moves only when told to. */
import type { Clock } from '../clock.ts'

export interface ManualClock extends Clock {
  /** Lets time pass on both clocks; runs what falls due, in order, with promises settled in between. */
  advance(ms: number): Promise<void>
  /** Closes the lid: the wall clock moves on, the monotonic one and all timers stand still. */
  sleep(ms: number): void
  /** Sets the wall clock forward, or back. */
  jump(ms: number): void
  /** From now on timers fire this much late, as in a throttled tab. */
  throttle(ms: number): void
  /** Milliseconds that have really gone by, awake or asleep, whatever the wall clock was set to. */
  passed(): number
  /** Timers that wait. */
  pending(): number
  /** Longest delay any timer was set to, in milliseconds. */
  longestDelayMs(): number
}

interface Timer {
  at: number
  run: () => void
}

/** Lets everything that is ready settle, without real time passing. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve()
}

/** Creates a manual clock. @param startMs Epoch milliseconds of the wall clock. */
export function createManualClock(startMs: number = Date.UTC(2026, 0, 1)): ManualClock {
  let wallMs = startMs
  let monoMs = 0
  let sleptMs = 0
  let lateMs = 0
  let longest = 0
  const timers = new Set<Timer>()

  const nextBefore = (end: number) =>
    [...timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0]

  function moveTo(mono: number): void {
    wallMs += mono - monoMs
    monoMs = mono
  }

  return {
    wall: () => wallMs,
    mono: () => monoMs,
    after(delayMs, run) {
      longest = Math.max(longest, delayMs)
      const timer = { at: monoMs + Math.max(0, delayMs) + lateMs, run }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    async advance(ms) {
      const end = monoMs + ms
      await settle()
      for (let next = nextBefore(end); next; next = nextBefore(end)) {
        moveTo(Math.max(monoMs, next.at))
        timers.delete(next)
        next.run()
        await settle()
      }
      moveTo(end)
      await settle()
    },
    sleep(ms) {
      wallMs += ms
      sleptMs += ms
    },
    jump(ms) {
      wallMs += ms
    },
    throttle(ms) {
      lateMs = ms
    },
    passed: () => monoMs + sleptMs,
    pending: () => timers.size,
    longestDelayMs: () => longest,
  }
}
