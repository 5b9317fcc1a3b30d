import { createServer, connect as connectTo } from 'node:net'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type BrokerEvent, createBroker } from '@valetkey/broker'
import { redisCache } from '@valetkey/broker/redis'
import { createTestMinter, type TestMinter } from '@valetkey/broker/testing'
import { ADA, ask, askOne } from '../harness.ts'
import { isRedisMissing, startRedis, unlessMissing } from './redis-server.ts'

/** Passes bytes on, each chunk after a while. */
async function startSlowLine(port: number, delayMs: number): Promise<string> {
  const server = createServer((near) => {
    const far = connectTo(port, '127.0.0.1')
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on('data', (chunk) => setTimeout(() => to.write(chunk), delayMs))
      from.on('close', () => to.destroy())
      from.on('error', () => {})
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return `redis://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const aTurn = async (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

interface Process {
  minter: TestMinter
  events: BrokerEvent[]
  one(): Promise<string | undefined>
  broker: ReturnType<typeof createBroker>
}

function startBroker(url: string, timeoutMs = 5_000): Process {
  const minter = createTestMinter()
  const events: BrokerEvent[] = []
  const broker = createBroker({
    audiences: { cards: minter },
    authenticate: () => ADA,
    authorize: () => true,
    onEvent: (event) => events.push(event),
    rateLimit: { perPrincipal: { count: 1_000_000, perSeconds: 60 } },
    logger: { info() {}, warn() {}, error() {} },
    cache: redisCache({ url, keys: ['07'.repeat(32)], timeoutMs }),
  })
  onTestFinished(async () => broker.close())
  return { minter, events, broker, one: async () => (await askOne(broker, 'cards')).token_id }
}

describe.skipIf(isRedisMissing)(`a broker whose Redis${unlessMissing}`, () => {
  it('is slow shares all the same, and is not taken for dead', async () => {
    const redis = await startRedis()
    const slow = await startSlowLine(redis.port, 100)
    const [one, other] = [startBroker(slow), startBroker(slow)]
    const token = await one.one()
    expect(await other.one()).toBe(token)
    expect(one.minter.requests.length + other.minter.requests.length).toBe(1)
    expect(one.events.filter(({ event }) => event === 'cache')).toEqual([])
  })

  it('comes back empty is used again, and nobody failed meanwhile', async () => {
    const redis = await startRedis()
    const [one, other] = [startBroker(redis.url), startBroker(redis.url)]
    const token = await one.one()
    await redis.kill()
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(other.broker, 'cards')))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    expect(other.minter.requests).toHaveLength(1)
    expect(await one.one()).toBe(token)

    await redis.restart()
    const isBack = ({ events }: Process): boolean =>
      events.some((event) => event.event === 'cache' && event.state === 'back')
    while (!isBack(other)) {
      await ask(other.broker, 'cards')
      await aTurn()
    }
    await other.broker.revoke({ subject: ADA.subject })
    const renewed = await other.one()
    const third = startBroker(redis.url)
    expect(await third.one()).toBe(renewed)
    expect(third.minter.requests).toEqual([])
  })

  it('hears of a logout elsewhere within a second or two of it', async () => {
    const redis = await startRedis()
    const [one, other] = [startBroker(redis.url), startBroker(redis.url)]
    const token = await one.one()
    expect(await other.one()).toBe(token)
    await one.broker.revoke({ subject: ADA.subject })
    const startedAt = performance.now()
    while ((await other.one()) === token) {
      expect(performance.now() - startedAt).toBeLessThan(5_000)
      await aTurn()
    }
    expect(await one.one()).toBe(await other.one())
  })

  it('freezes costs one deadline, once, and limits go on', async () => {
    const redis = await startRedis()
    const { broker, events } = startBroker(redis.url, 250)
    await ask(broker, 'cards')
    redis.freeze()
    const startedAt = performance.now()
    for (let count = 0; count < 20; count += 1)
      expect((await ask(broker, 'cards')).status).toBe(200)
    // Twenty deadlines would be five seconds.
    expect(performance.now() - startedAt).toBeLessThan(2_500)
    redis.thaw()
    expect(events.filter((event) => event.event === 'cache').slice(0, 1)).toMatchObject([
      { state: 'lost', detail: expect.stringContaining('did not answer within') },
    ])
  })
})
