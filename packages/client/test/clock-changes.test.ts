import { describe, expect, it } from 'vitest'
import { settle } from '../src/testing/index.ts'
import { codeOf, SECOND, stage } from './stage.ts'

describe('time', () => {
  it('counts a token’s life from before the request, not from the answer', async () => {
    const { client, clock, signals, broker } = stage(
      {},
      { latencyMs: 9 * SECOND, lifetimeSeconds: 100 },
    )
    signals.hide()
    const token = client.getToken('cards')
    await clock.advance(9 * SECOND)
    await token
    broker.set({ latencyMs: 0 })
    await clock.advance(82 * SECOND)
    expect((await client.getToken('cards')).value).toBe('canary-2-cards')
  })

  it.each([3_600_000, -3_600_000])(
    'judges nothing by a wall clock that is %d ms off',
    async (offMs) => {
      const { client, broker, clock } = stage()
      clock.jump(offMs)
      for (let n = 0; n < 100; n += 1) await client.getToken('cards')
      expect(broker.requests()).toHaveLength(1)
    },
  )

  it('serves no token that expired while the machine slept', async () => {
    const { client, clock } = stage()
    await client.getToken('cards')
    clock.sleep(3_600 * SECOND)
    expect((await client.getToken('cards')).value).toBe('canary-2-cards')
  })

  it('renews once after the clock was set back, and carries on', async () => {
    const { client, broker, clock, types } = stage()
    await client.getToken('cards')
    clock.jump(-3_600 * SECOND)
    for (let n = 0; n < 20; n += 1) await client.getToken('cards')
    expect(broker.requests()).toHaveLength(2)
    expect(types().filter((type) => type === 'clock-jump')).toHaveLength(1)
  })

  it('serves the doubted token if the broker is down after a clock jump', async () => {
    const { client, broker, clock } = stage()
    const before = await client.getToken('cards')
    clock.jump(-60 * SECOND)
    broker.unreachable(true)
    expect((await client.getToken('cards')).value).toBe(before.value)
  })

  it('renews what is kept fresh within 10 s of noticing a clock jump', async () => {
    const { client, broker, clock } = stage()
    client.keepFresh('cards')
    await settle()
    clock.jump(30 * SECOND)
    await clock.advance(71 * SECOND)
    expect(broker.requests()).toHaveLength(2)
  })

  it('serves no token that died while the machine slept, though the broker is down', async () => {
    const { client, broker, clock } = stage()
    await client.getToken('cards')
    broker.unreachable(true)
    clock.sleep(3_600 * SECOND)
    expect(await codeOf(client.getToken('cards'))).toBe('broker_unreachable')
  })

  it('forgets no sleep when the clock is set back afterwards', async () => {
    const { client, broker, clock } = stage({}, { lifetimeSeconds: 7_200 })
    await client.getToken('cards')
    broker.unreachable(true)
    clock.sleep(7_000 * SECOND)
    await codeOf(client.getToken('cards'))
    clock.jump(-7_000 * SECOND)
    await codeOf(client.getToken('cards'))
    clock.sleep(300 * SECOND)
    expect(await codeOf(client.getToken('cards'))).toBe('broker_unreachable')
  })
})
