import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { until } from '../harness.ts'
import { type FleetMember, startFleet, startUpstream, type Upstream } from './fleet.ts'
import type { FleetResult, Scenario } from './fleet-process.ts'
import {
  freePort,
  isRedisMissing,
  type OnEnd,
  type RedisServer,
  startRedis,
  unlessMissing,
} from './redis-server.ts'

const isNightly = process.env.VALETKEY_NIGHTLY === '1'
const PROCESSES = isNightly ? 4 : 2
const CLIENTS = isNightly ? 500 : 100
const LOCK_MS = isNightly ? 3_000 : 1_000
const TIMEOUT_MS = 60_000

async function askAll(fleet: readonly FleetMember[], scenario: Scenario): Promise<FleetResult[]> {
  return Promise.all(fleet.map(async (member) => member.ask({ clients: CLIENTS, scenario })))
}

const failuresOf = (results: readonly FleetResult[]): string[] =>
  results.flatMap(({ failed }) => failed)

function tell(scenario: Scenario, upstream: Upstream, results: readonly FleetResult[]): void {
  const calls = upstream.callsFor(scenario).join(', ')
  const ms = Math.max(...results.map((result) => result.ms))
  console.log(
    `${scenario}: ${results.length} processes × ${CLIENTS} clients × 3 audiences, upstream calls per key ${calls}, ${failuresOf(results).length} failed, ${ms} ms`,
  )
}

describe.skipIf(isRedisMissing)(`a fleet on Redis${unlessMissing}`, () => {
  const endings: Parameters<OnEnd>[0][] = []
  const onEnd: OnEnd = (work) => void endings.push(work)
  let redis: RedisServer
  let upstream: Upstream
  let fleet: FleetMember[]

  beforeAll(async () => {
    redis = await startRedis(onEnd)
    upstream = await startUpstream(onEnd)
    const settings = { redisUrl: redis.url, upstreamUrl: upstream.url, lockMs: LOCK_MS }
    fleet = await startFleet(PROCESSES + 1, { ...settings, onEnd })
  }, TIMEOUT_MS)

  afterAll(async () => {
    for (const end of endings) await end()
  })

  it(
    'that is cold and asked by all at once makes one upstream call per key',
    async () => {
      const results = await askAll(fleet.slice(1), 'stampede')
      tell('stampede', upstream, results)
      expect(failuresOf(results)).toEqual([])
      expect(upstream.callsFor('stampede')).toEqual([1, 1, 1])
      const values = Object.values(results[0]?.values ?? {})
      expect(values.map(({ length }) => length)).toEqual([1, 1, 1])
      expect(results.map((result) => result.values)).toEqual(results.map(() => results[0]?.values))
    },
    TIMEOUT_MS,
  )

  it(
    'holds one token after a process was frozen beyond its lock and came back',
    async () => {
      const [paused, other] = fleet
      const once = { clients: 1, scenario: 'paused' } as const
      upstream.delayMs = 500
      const late = paused?.ask(once)
      await until(() => upstream.callsFor('paused').length === 3)
      paused?.freeze()
      const early = await other?.ask(once)
      paused?.thaw()
      const results = [await late, early, await paused?.ask(once), await other?.ask(once)]
      const values = results.map((result) => result?.values)
      expect(values).toEqual(values.map(() => early?.values))
      expect(upstream.callsFor('paused')).toEqual([2, 2, 2])
    },
    TIMEOUT_MS,
  )

  it(
    'makes two where the process that minted was killed, and fails nobody else',
    async () => {
      const [owner, ...others] = fleet
      upstream.delayMs = 600
      owner?.ask({ clients: 1, scenario: 'killed' }).catch(() => {})
      await until(() => upstream.callsFor('killed').length === 3)
      const asked = askAll(others, 'killed')
      owner?.kill()
      const results = await asked
      tell('killed', upstream, results)
      expect(failuresOf(results)).toEqual([])
      expect(upstream.callsFor('killed')).toEqual([2, 2, 2])
    },
    TIMEOUT_MS,
  )

  it(
    'goes on with one call per key and process while Redis is frozen',
    async () => {
      upstream.delayMs = 300
      redis.freeze()
      const results = await askAll(fleet.slice(1), 'frozen')
      redis.thaw()
      tell('frozen', upstream, results)
      expect(failuresOf(results)).toEqual([])
      for (const calls of upstream.callsFor('frozen')) expect(calls).toBeLessThanOrEqual(PROCESSES)
    },
    TIMEOUT_MS,
  )

  it(
    'goes on with one call per key and process when Redis is killed in the midst of it',
    async () => {
      const asked = askAll(fleet.slice(1), 'lost')
      await until(() => upstream.callsFor('lost').length > 0)
      await redis.kill()
      const results = await asked
      tell('lost', upstream, results)
      expect(failuresOf(results)).toEqual([])
      for (const calls of upstream.callsFor('lost')) expect(calls).toBeLessThanOrEqual(PROCESSES)

      // Back, and empty: what the processes hold serves on.
      await redis.restart()
      expect(failuresOf(await askAll(fleet.slice(1), 'lost'))).toEqual([])
      for (const calls of upstream.callsFor('lost')) expect(calls).toBeLessThanOrEqual(PROCESSES)
    },
    TIMEOUT_MS,
  )
})

describe('a fleet without Redis', () => {
  it(
    'starts, with one call per key and process; where Redis is required it answers 503',
    async () => {
      const upstream = await startUpstream()
      const redisUrl = `redis://127.0.0.1:${await freePort()}`
      const settings = { redisUrl, upstreamUrl: upstream.url }
      const [fleet, strict] = await Promise.all([
        startFleet(PROCESSES, settings),
        startFleet(1, { ...settings, required: true }),
      ])
      const refused = await Promise.all(
        strict.map((member) => member.ask({ clients: 1, scenario: 'absent' })),
      )
      expect(failuresOf(refused)).toEqual(
        Array.from({ length: 3 }, () => '503 temporarily_unavailable'),
      )
      expect(upstream.callsFor('absent')).toEqual([])

      const results = await askAll(fleet, 'absent')
      tell('absent', upstream, results)
      expect(failuresOf(results)).toEqual([])
      for (const calls of upstream.callsFor('absent')) expect(calls).toBeLessThanOrEqual(PROCESSES)
    },
    TIMEOUT_MS,
  )
})
