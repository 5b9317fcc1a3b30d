import { describe, expect, it } from 'vitest'
import { settle } from '../../src/testing/index.ts'
import { codeOf, SECOND, stage } from '../stage.ts'
import { drawsOf, within } from '../story.ts'

const DAY = 86_400
const HOUR_MS = 3_600 * SECOND

/** Calls every `everyMs` for `forMs`, each answered before the next. */
async function use(scene: ReturnType<typeof stage>, everyMs: number, forMs: number): Promise<void> {
  const { client, clock } = scene
  const until = clock.mono() + forMs
  while (clock.mono() < until) {
    await within(clock, client.getToken('cards'))
    await clock.advance(everyMs)
  }
}

describe('lifetimes', () => {
  it.each([
    ['1 s', { seconds: 1, forMs: 10 * SECOND, most: 11 }],
    ['5 s', { seconds: 5, forMs: 60 * SECOND, most: 24 }],
    ['30 s', { seconds: 30, forMs: 300 * SECOND, most: 20 }],
    ['60 s', { seconds: 60, forMs: 600 * SECOND, most: 20 }],
    ['90 s', { seconds: 90, forMs: 900 * SECOND, most: 20 }],
    ['5 min', { seconds: 300, forMs: HOUR_MS / 2, most: 12 }],
    ['30 days', { seconds: 30 * DAY, forMs: HOUR_MS / 2, most: 1 }],
    ['10 years', { seconds: 3_650 * DAY, forMs: HOUR_MS / 2, most: 1 }],
  ])(
    'asks for a token of %s no oftener than its life calls for',
    async (_, { seconds, forMs, most }) => {
      const scene = stage({ random: drawsOf(seconds) }, { lifetimeSeconds: seconds })
      await use(scene, forMs / 300, forMs)
      const { broker, clock } = scene
      expect(broker.requests().length).toBeLessThanOrEqual(most)
      expect(broker.mints()).toBeGreaterThanOrEqual(Math.floor(forMs / (seconds * SECOND)))
      expect(clock.longestDelayMs()).toBeLessThanOrEqual(60 * SECOND)
    },
  )

  it('costs one request of 100 calls over 10 s with a token of 60 s', async () => {
    const scene = stage({}, { lifetimeSeconds: 60 })
    await use(scene, 100, 10 * SECOND)
    expect(scene.broker.requests()).toHaveLength(1)
  })

  it('mints at most 121 tokens of 60 s for calls every 100 ms during an hour', async () => {
    const scene = stage({ random: drawsOf(7) }, { lifetimeSeconds: 60 })
    // Every second by day: ten times less work.
    await use(scene, process.env.VALETKEY_NIGHTLY ? 100 : 1_000, HOUR_MS)
    expect(scene.broker.mints()).toBeLessThanOrEqual(121)
    expect(scene.broker.mints()).toBeGreaterThan(66)
  })

  it('takes no token without a lifetime, and does not ask in a loop', async () => {
    const { client, broker, clock } = stage()
    const item = { id: '0', audience: 'cards', access_token: 'abcdefgh' }
    for (let n = 0; n < 3; n += 1)
      broker.answerNext(200, JSON.stringify({ server_time: 1, tokens: [item] }))
    client.keepFresh('cards')
    await clock.advance(50 * SECOND)
    expect(await codeOf(client.getToken('cards'))).toBe('malformed_response')
    expect(broker.requests()).toHaveLength(1)
  })

  it('serves a token that is dead on arrival to nobody, at a bounded rate', async () => {
    const { client, broker, clock } = stage({}, { lifetimeSeconds: 0.001, latencyMs: 10 })
    client.keepFresh('cards')
    const code = codeOf(client.getToken('cards'))
    await clock.advance(30 * SECOND)
    expect(await code).not.toBe('resolved')
    expect(broker.requests().length).toBeLessThanOrEqual(31)
  })

  it('says once for each token that it lives too briefly to be kept fresh', async () => {
    const { client, types } = stage({}, { lifetimeSeconds: 0.9 })
    client.keepFresh('cards')
    for (let n = 0; n < 10; n += 1) await client.getToken('cards')
    expect(types().filter((type) => type === 'short-lifetime')).toHaveLength(1)
  })

  it('re-arms its timer for each lifetime of 60 s, 200 s and 60 s in turn', async () => {
    const { client, broker, clock } = stage({}, { lifetimeSeconds: 60 })
    client.keepFresh('cards')
    const askedAtMs: number[] = []
    client.on('request', () => askedAtMs.push(clock.mono()))
    await clock.advance(10 * SECOND)
    broker.set({ lifetimeSeconds: 200 })
    await clock.advance(40 * SECOND)
    broker.set({ lifetimeSeconds: 60 })
    await clock.advance(190 * SECOND)
    // 70 % of each life, by a draw of a half.
    expect(askedAtMs.map((ms) => Math.round(ms / SECOND))).toEqual([0, 42, 182, 224])
  })

  it('has one timer at most, however many tokens and calls there are', async () => {
    const { client, clock, broker } = stage()
    client.keepFresh('records')
    for (let n = 0; n < 20; n += 1) {
      await Promise.all([client.getToken('cards'), client.getToken('mail')])
      await clock.advance(40 * SECOND)
      expect(clock.pending()).toBe(1)
    }
    expect(broker.requests().length).toBeGreaterThan(3)
  })

  it('refreshes when the timer fires late', async () => {
    const { client, broker, clock } = stage()
    clock.throttle(45 * SECOND)
    client.keepFresh('cards')
    await clock.advance(300 * SECOND)
    expect(broker.requests()).toHaveLength(2)
    expect(client.status('cards').status).toBe('ready')
  })

  it('asks nobody one second before a refresh is due, and in the background after', async () => {
    const { client, broker, clock } = stage()
    const { value } = await client.getToken('cards')
    await clock.advance(209 * SECOND)
    expect((await client.getToken('cards')).value).toBe(value)
    expect(broker.requests()).toHaveLength(1)
    await clock.advance(2 * SECOND)
    expect(broker.requests()).toHaveLength(2)
  })

  it('spreads the refreshes of many tabs over two fifths of the life', async () => {
    const draws = drawsOf(1)
    const dueSeconds: number[] = []
    for (let tab = 0; tab < 200; tab += 1) {
      const { client, clock } = stage({ random: draws })
      await client.getToken('cards')
      const dueAt = client.status('cards').refreshAt ?? 0
      dueSeconds.push((dueAt - clock.wall()) / SECOND)
      client.dispose()
    }
    const perTenth = [150, 180, 210, 240].map(
      (from) => dueSeconds.filter((s) => s >= from && s < from + 30).length,
    )
    expect(perTenth.reduce((sum, n) => sum + n)).toBe(200)
    for (const count of perTenth) expect(count).toBeGreaterThan(35)
  })

  it('renews at once what expired before anybody kept it fresh', async () => {
    const { client, broker, clock, signals } = stage()
    signals.hide()
    await client.getToken('cards')
    await clock.advance(400 * SECOND)
    signals.show()
    expect(broker.requests()).toHaveLength(1)
    client.keepFresh('cards')
    await settle()
    expect(broker.requests()).toHaveLength(2)
    expect(client.status('cards').status).toBe('ready')
  })

  it.each([10, 40])(
    'fires no burst of requests in the last %d s of a token',
    async (lastSeconds) => {
      const { client, broker, clock } = stage({}, { lifetimeSeconds: 100 })
      await client.getToken('cards')
      broker.set({ lifetimeSeconds: lastSeconds })
      broker.stickToToken(true)
      await clock.advance((100 - lastSeconds) * SECOND)
      const before = broker.requests().length
      for (let n = 0; n < lastSeconds * 10 - 1; n += 1) {
        await within(clock, client.getToken('cards'))
        await clock.advance(100)
      }
      expect(broker.requests().length - before).toBeLessThanOrEqual(10)
    },
  )
})
