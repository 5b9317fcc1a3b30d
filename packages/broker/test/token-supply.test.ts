import { describe, expect, it } from 'vitest'
import { createTestMinter } from '../src/testing/index.ts'
import { askOne, createApp, createManualClock } from './harness.ts'
import { createProxied } from './proxy-harness.ts'

const HOUR_MS = 3_600_000

describe('an upstream whose tokens live an hour at least', () => {
  const limits = { defaultLifetimeMs: HOUR_MS, maxLifetimeMs: HOUR_MS, minLifetimeMs: HOUR_MS }
  const loginFor = (expiresAt: number) => ({ subject: 'ada', login: '1', expiresAt })

  it('gives a browser none near the end of its login, and is not even asked', async () => {
    const clock = createManualClock()
    const minter = createTestMinter({ clock, limits, name: 'skyflow' })
    const principal = loginFor(clock.now() + 60_000)
    const { broker, events } = createApp({ clock, principal, audiences: { cards: minter } })
    expect(await askOne(broker, 'cards')).toMatchObject({ error: 'invalid_target' })
    expect(minter.requests).toEqual([])
    expect(events).toMatchObject([
      {
        event: 'mint-failed',
        error: 'invalid_target',
        detail: expect.stringContaining('skyflow gives no token that lives less than 3600000 ms'),
      },
      { event: 'decision', outcome: 'invalid_target' },
      { event: 'answer' },
    ])
  })

  it('gives one that outlives where that is allowed; the browser is told the end of the grant', async () => {
    const clock = createManualClock()
    const minter = createTestMinter({ clock, limits })
    const principal = loginFor(clock.now() + 60_000)
    const audiences = { cards: { minter, allowOutliving: true } }
    const { broker } = createApp({ clock, principal, audiences })
    expect(await askOne(broker, 'cards')).toMatchObject({ expires_in: 60 })
    clock.advance(50_000)
    expect(await askOne(broker, { audience: 'cards', ttl: 5 })).toMatchObject({
      access_token: 'test.cards.1',
      expires_in: 5,
    })
    expect(minter.requests.map(({ lifetimeMs }) => lifetimeMs)).toEqual([HOUR_MS])
  })

  it('gives the proxy one whatever the bounds, for it stays', async () => {
    const clock = createManualClock()
    const minter = createTestMinter({ clock, limits })
    const { call, broker } = await createProxied({
      app: { clock, principal: loginFor(clock.now() + 60_000) },
      audience: { minter, maxLifetimeMs: 30_000 },
    })
    expect(await askOne(broker, 'cards')).toMatchObject({ delivery: 'proxy', expires_in: 30 })
    for (const _ of [1, 2]) {
      const response = await call('v1/x')
      expect(response.status).toBe(200)
      await response.arrayBuffer()
    }
    expect(minter.requests.map(({ lifetimeMs }) => lifetimeMs)).toEqual([HOUR_MS])
  })
})

it('the resource of an audience stands in where the minter names none', async () => {
  const clock = createManualClock()
  const plain = createTestMinter({ clock })
  const named = createTestMinter({ clock })
  named.alter((token) => ({ ...token, resource: 'https://minter.example/' }))
  const resource = 'https://config.example/'
  const { broker } = createApp({
    clock,
    audiences: { plain: { minter: plain, resource }, named: { minter: named, resource } },
  })
  expect(await askOne(broker, 'plain')).toMatchObject({ resource })
  expect(await askOne(broker, 'named')).toMatchObject({ resource: 'https://minter.example/' })
})
