import { createBroker } from '@valetkey/broker'
import { createManualClock } from '@valetkey/client/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createWorld, direct, endOf, type World } from './world.ts'

const LIFETIME_MS = 1_500
const DAY_MS = 86_400_000
const MONTH_MS = 30 * DAY_MS

const tokensIn = ({ calls }: World): number =>
  new Set(calls.map(({ authorization }) => authorization)).size
const expiredIn = ({ calls }: World): number =>
  calls.filter((call) => endOf(call) <= call.sentAt).length

function report(time: string, world: World): void {
  const { length } = world.calls
  console.info(
    `NexusRunDB, ${LIFETIME_MS} ms, ${time}: ${length} calls with ${tokensIn(world)} tokens, ${expiredIn(world)} on an expired one`,
  )
}

describe('a token of 1,500 ms', () => {
  const audience = { ...direct.audience, maxLifetimeMs: LIFETIME_MS }

  it('is used, renewed and used again, and never after its end (manual clock)', async () => {
    const clock = createManualClock(Date.now())
    const now = () => clock.wall()
    const world = await createWorld({
      ...direct,
      minter: { clock: { now } },
      audience,
      broker: { clock: { now } },
      client: { clock },
      now,
    })
    const { nexusrundbControl: control } = world.sandbox
    for (let step = 0; step < 24; step += 1) {
      control.clearFaults()
      control.fault({ clockOffsetMs: clock.wall() - Date.now() })
      await world.db.write('notes', { key: 'step', value: { text: String(step) } })
      expect(await world.db.read('notes', 'step')).toEqual({ text: String(step) })
      await clock.advance(250)
    }
    expect(expiredIn(world)).toBe(0)
    expect(tokensIn(world)).toBeGreaterThanOrEqual(4)
    expect(world.requestsTo(/keys\/step 200/)).toBe(48)
    report('manual clock', world)
  })

  it('is used, renewed and used again, and never after its end (real time)', async () => {
    const world = await createWorld({ ...direct, audience })
    const startedAt = performance.now()
    let calls = 0
    while (performance.now() - startedAt < 2.2 * LIFETIME_MS) {
      await world.db.ping()
      calls += 1
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    expect(expiredIn(world)).toBe(0)
    expect(tokensIn(world)).toBeGreaterThanOrEqual(2)
    expect(world.requestsTo(/ping 200/)).toBe(calls)
    report('real time', world)
  })

  it('reaches the page to the millisecond', async () => {
    const world = await createWorld({
      ...direct,
      audience: { ...direct.audience, maxLifetimeMs: 12_345 },
    })
    const { expiresAt } = await world.client.getToken('notes')
    await world.db.ping()
    const [call] = world.calls
    expect(Math.abs(expiresAt - (call ? endOf(call) : 0))).toBeLessThan(1_000)
    expect(world.requestsTo(/token 200/)).toBe(1)
  })
})

describe('a token of 30 days', () => {
  const month = {
    minter: { lifetimeMs: MONTH_MS, maxLifetimeMs: MONTH_MS },
    audience: { ...direct.audience, maxLifetimeMs: MONTH_MS },
  }

  it('sets no timer beyond what a platform keeps, and asks once', async () => {
    const clock = createManualClock(Date.now())
    const now = () => clock.wall()
    const delays: number[] = []
    const world = await createWorld({
      minter: { ...month.minter, clock: { now } },
      audience: month.audience,
      broker: {
        clock: {
          now,
          after(delayMs, callback) {
            delays.push(delayMs)
            const timer = setTimeout(callback, delayMs)
            return () => clearTimeout(timer)
          },
        },
      },
      client: { clock },
      now,
    })
    await world.db.ping()
    await clock.advance(DAY_MS)
    await world.db.ping()
    expect(world.requestsTo(/token 200/)).toBe(1)
    expect(expiredIn(world)).toBe(0)
    const { expiresAt } = await world.client.getToken('notes')
    expect(Math.round((expiresAt - clock.wall()) / DAY_MS)).toBe(29)
    const longestMs = Math.max(clock.longestDelayMs(), ...delays)
    expect(longestMs).toBeLessThan(2 ** 31)
    console.info(`NexusRunDB, 30 days: 1 mint in a day, longest timer ${longestMs} ms`)
  })

  it('makes neither client nor broker loop by the platform’s own timers', async () => {
    const warnings: Error[] = []
    const listen = (warning: Error) => void warnings.push(warning)
    process.on('warning', listen)
    onTestFinished(() => void process.off('warning', listen))
    const world = await createWorld(month)
    await world.db.ping()
    await new Promise((resolve) => setTimeout(resolve, 200))
    await world.db.ping()
    expect(world.requestsTo(/token 200/)).toBe(1)
    expect(warnings.filter(({ name }) => name === 'TimeoutOverflowWarning')).toEqual([])
  })

  it('is kept by the app’s own server as well', async () => {
    const world = await createWorld(month)
    const { nexusrundb } = await import('../src/minter/index.ts')
    const { baseUrl, accessKey, accessSecret } = world.sandbox.nexusrundb
    const minter = nexusrundb({ baseUrl, accessKey, accessSecret, ...month.minter })
    const broker = createBroker({
      audiences: { notes: { minter, ...month.audience } },
      authenticate: () => null,
      authorize: () => false,
      logger: { info() {}, warn() {}, error() {} },
    })
    onTestFinished(() => broker.close())
    const { expiresAt } = await broker.mint('notes', 'ann')
    await broker.mint('notes', 'ann')
    expect(Math.round((expiresAt - Date.now()) / DAY_MS)).toBe(30)
    expect(world.requestsTo(/token 200/)).toBe(1)
  })
})
