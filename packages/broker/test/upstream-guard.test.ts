import { describe, expect, it } from 'vitest'
import type { BrokerEvent } from '../src/events.ts'
import type { UpstreamLimits } from '../src/limit-options.ts'
import { MintError } from '../src/minter.ts'
import { createUpstreamGuard } from '../src/upstream-guard.ts'
import { createManualClock, until } from './harness.ts'

const CARDS = { audience: 'cards', minter: 'vendor' }
const OTHER = { audience: 'records/b', minter: 'vendor' }

function setup(limits?: UpstreamLimits) {
  const clock = createManualClock()
  const events: BrokerEvent[] = []
  const report = (event: BrokerEvent): void => void events.push(event)
  const guard = createUpstreamGuard({ clock, report, timeoutMs: 8_000, limits })
  let calls = 0
  const call = (error?: unknown) => async (): Promise<string> => {
    calls += 1
    if (error !== undefined) throw error
    return 'done'
  }
  return { clock, events, guard, call, calls: () => calls }
}

const down = new MintError('upstream_timeout', 'slow')

async function breakIt({ guard, call }: ReturnType<typeof setup>): Promise<void> {
  for (let count = 0; count < 5; count += 1)
    await expect(guard(CARDS, call(down))).rejects.toBe(down)
}

describe('a system that fails', () => {
  it('is left alone after five failures in a row, and others are not', async () => {
    const all = setup()
    await breakIt(all)
    const { clock, guard, call, calls, events } = all
    await expect(guard(CARDS, call())).rejects.toMatchObject({
      code: 'temporarily_unavailable',
      retryAfterMs: 5_000,
    })
    clock.advance(3_000)
    await expect(guard(CARDS, call())).rejects.toMatchObject({ retryAfterMs: 2_000 })
    expect(calls()).toBe(5)
    await expect(guard(OTHER, call())).resolves.toBe('done')
    expect(events).toEqual([{ event: 'upstream', ...CARDS, state: 'broken', forMs: 5_000 }])
  })

  it('is tried by one call when the time is over; the others do not wait for it', async () => {
    const all = setup()
    await breakIt(all)
    const { clock, guard, call, events } = all
    clock.advance(5_000)
    let release = (): void => {}
    const gate = new Promise<string>((resolve) => {
      release = () => resolve('done')
    })
    const trial = guard(CARDS, () => gate)
    await expect(guard(CARDS, call())).rejects.toMatchObject({ retryAfterMs: 1_000 })
    release()
    await expect(trial).resolves.toBe('done')
    await expect(guard(CARDS, call())).resolves.toBe('done')
    expect(events).toMatchObject([{ state: 'broken' }, { state: 'restored' }])
  })

  it('is left alone again if the trial fails', async () => {
    const all = setup()
    await breakIt(all)
    const { clock, guard, call } = all
    clock.advance(5_000)
    await expect(guard(CARDS, call(down))).rejects.toBe(down)
    await expect(guard(CARDS, call())).rejects.toMatchObject({ retryAfterMs: 5_000 })
  })

  it('is not taken for broken by what is wrong with one request', async () => {
    const { guard, call } = setup()
    const refused = new MintError('invalid_target', 'not this one')
    for (let count = 0; count < 20; count += 1)
      await expect(guard(CARDS, call(refused))).rejects.toBe(refused)
    await expect(guard(CARDS, call())).resolves.toBe('done')
  })

  it('is not taken for broken by failures with successes in between', async () => {
    const { guard, call } = setup()
    for (let count = 0; count < 20; count += 1)
      await guard(CARDS, call(count % 4 === 0 ? undefined : down)).catch(() => {})
    await expect(guard(CARDS, call())).resolves.toBe('done')
  })
})

describe('a system that asks for a pause', () => {
  it.each<[string, number, number]>([
    ['gets it', 7_000, 7_000],
    ['for a day gets a minute', 86_400_000, 60_000],
    ['for 1e9 s gets a minute', 1e12, 60_000],
  ])('%s', async (_, retryAfterMs, pauseMs) => {
    const { clock, guard, call, calls, events } = setup()
    const busy = new MintError('temporarily_unavailable', '429', { retryAfterMs })
    await expect(guard(CARDS, call(busy))).rejects.toBe(busy)
    await expect(guard(CARDS, call())).rejects.toMatchObject({ retryAfterMs: pauseMs })
    clock.advance(pauseMs - 1)
    await expect(guard(CARDS, call())).rejects.toMatchObject({ retryAfterMs: 1 })
    clock.advance(1)
    await expect(guard(CARDS, call())).resolves.toBe('done')
    expect(calls()).toBe(2)
    expect(events).toEqual([{ event: 'upstream', ...CARDS, state: 'paused', forMs: pauseMs }])
  })

  it.each([0, -5, Number.NaN, undefined])('gets none for %s', async (retryAfterMs) => {
    const { guard, call } = setup()
    const busy = Object.assign(new Error('429'), { code: 'temporarily_unavailable', retryAfterMs })
    await expect(guard(CARDS, call(busy))).rejects.toBe(busy)
    await expect(guard(CARDS, call())).resolves.toBe('done')
  })
})

describe('a system with little room', () => {
  function held() {
    let release = (): void => {}
    const gate = new Promise<void>((resolve) => {
      release = resolve
    })
    return { gate, release: () => release() }
  }

  it('gets so many calls at once; so many wait, the rest is refused', async () => {
    const { guard } = setup({ maxConcurrent: 2, maxQueued: 3 })
    const { gate, release } = held()
    let [underWay, most] = [0, 0]
    const call = async (): Promise<void> => {
      underWay += 1
      most = Math.max(most, underWay)
      await gate
      underWay -= 1
    }
    const all = Array.from({ length: 6 }, () => guard(CARDS, call))
    await expect(all[5]).rejects.toMatchObject({
      code: 'temporarily_unavailable',
      retryAfterMs: 1_000,
    })
    release()
    await Promise.all(all.slice(0, 5))
    expect(most).toBe(2)
  })

  it('is not asked for those who have waited too long', async () => {
    const { clock, guard, call, calls } = setup({ maxConcurrent: 1 })
    const { gate, release } = held()
    const first = guard(CARDS, () => gate)
    const waiting = guard(CARDS, call())
    await until(() => true)
    clock.advance(8_000)
    release()
    await first
    await expect(waiting).rejects.toMatchObject({ code: 'temporarily_unavailable' })
    expect(calls()).toBe(0)
  })
})
