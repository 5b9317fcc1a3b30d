import { describe, expect, it } from 'vitest'
import { codeOf, SECOND, stage } from './stage.ts'

const jumps = (types: string[]) => types.filter((type) => type === 'clock-jump').length

describe('clocks that disagree', () => {
  it.each([
    [1_900, 0],
    [-1_900, 0],
    [2_100, 1],
    [-2_100, 1],
  ])('by %d ms at once are a jump %d times', async (ms, times) => {
    const { client, clock, types } = stage()
    await client.getToken('cards')
    clock.jump(ms)
    await client.getToken('cards')
    await client.getToken('cards')
    expect(jumps(types())).toBe(times)
  })

  it.each([
    [9, 0],
    [11, 1],
  ])('by %d s after three hours of nobody looking are a jump %d times', async (seconds, times) => {
    const { client, clock, signals, types } = stage({}, { lifetimeSeconds: 86_400 })
    signals.hide()
    await client.getToken('cards')
    await clock.advance(10_000 * SECOND)
    clock.jump(seconds * SECOND)
    await client.getToken('cards')
    expect(jumps(types())).toBe(times)
  })

  it('by a little at a time are none, and no time is lost by it', async () => {
    const { client, broker, clock, types } = stage({}, { lifetimeSeconds: 100 })
    await client.getToken('cards')
    broker.unreachable(true)
    for (let n = 0; n < 60; n += 1) {
      clock.sleep(1_500)
      await codeOf(client.getToken('cards'))
    }
    expect(jumps(types())).toBe(0)
    // 90 of 100 s were slept through.
    expect(await codeOf(client.getToken('cards'))).toBe('broker_unreachable')
  })

  it('are noticed as soon as the tab wakes', async () => {
    const { client, clock, signals, types } = stage()
    await client.getToken('cards')
    clock.sleep(60 * SECOND)
    signals.wake('resume')
    expect(types().slice(-2)).toEqual(['wake', 'clock-jump'])
  })

  it('make no request for what nobody keeps fresh', async () => {
    const { client, broker, clock, signals } = stage()
    await client.getToken('cards')
    client.keepFresh('mail')
    await clock.advance(0)
    clock.jump(-30 * SECOND)
    signals.wake('focus')
    await clock.advance(11 * SECOND)
    expect(
      broker
        .requests()
        .at(-1)
        ?.tokens.map(({ audience }) => audience),
    ).toEqual(['mail'])
    expect(broker.mints()).toBe(3)
  })

  it('renew what is kept fresh at a moment of its own, within 10 s', async () => {
    const { client, broker, clock, signals } = stage({ random: () => 0.5 })
    client.keepFresh('cards')
    await clock.advance(0)
    clock.jump(-30 * SECOND)
    signals.wake('focus')
    await clock.advance(4_900)
    expect(broker.requests()).toHaveLength(1)
    await clock.advance(200)
    expect(broker.requests()).toHaveLength(2)
  })
})
