import { describe, expect, it } from 'vitest'
import { isTokenError } from '../../src/index.ts'
import { codeOf, SECOND, stage } from '../stage.ts'

const nodes = Array.from({ length: 32 }, (_, n) => `node-${n}`)
const FAILING = ['node-3', 'node-17', 'node-31']
const named = (names: string[]) => names.map((name) => `records/${name}`)

function cluster(options: Parameters<typeof stage>[0] = {}): ReturnType<typeof stage> {
  const scene = stage(options, { audiences: { records: { members: nodes } } })
  for (const audience of named(FAILING))
    scene.broker.failNext({ error: 'upstream_timeout', audience, retryAfterSeconds: 5, times: 2 })
  return scene
}

describe('a group of 32 nodes, of which three fail', () => {
  it('names the three, keeps the 29, asks again for the three alone', async () => {
    const { client, broker, clock } = cluster()
    const error = await client.getTokens('records').catch((cause: unknown) => cause)
    if (!isTokenError(error)) throw error
    expect(error).toMatchObject({ code: 'group_incomplete', missing: named(FAILING) })
    expect(broker.mints()).toBe(29)
    await clock.advance(5 * SECOND)
    expect(await codeOf(client.getTokens('records'))).toBe('group_incomplete')
    await clock.advance(5 * SECOND)
    expect((await client.getTokens('records')).size).toBe(32)
    expect(broker.mints()).toBe(32)
    const asked = broker.requests().map(({ tokens }) => tokens.map(({ audience }) => audience))
    expect(asked).toEqual([['records'], named(FAILING), named(FAILING)])
  })

  it('serves a quorum of 29 at once, and refuses one of 30', async () => {
    const { client, broker } = cluster()
    const tokens = await client.getTokens('records', { quorum: 29 })
    expect([...tokens.keys()]).toEqual(named(nodes.filter((name) => !FAILING.includes(name))))
    expect(await codeOf(client.getTokens('records', { quorum: 30 }))).toBe('group_incomplete')
    expect(broker.requests()).toHaveLength(1)
  })

  it('is kept fresh by itself until all are there', async () => {
    const { client, broker, clock } = cluster()
    client.keepFresh('records')
    await clock.advance(SECOND)
    expect(client.status('records').status).toBe('error')
    await clock.advance(12 * SECOND)
    expect(client.status('records')).toMatchObject({ status: 'ready', generation: 1 })
    expect(broker.requests().length).toBeLessThanOrEqual(4)
  })

  it('takes a thousand callers of single nodes for one request', async () => {
    const { client, broker } = cluster()
    const calls = Array.from({ length: 1_000 }, (_, n) =>
      codeOf(client.getToken(`records/node-${n % 32}`)),
    )
    const codes = await Promise.all(calls)
    const callsOfFailing = codes.filter((_, n) => FAILING.includes(`node-${n % 32}`)).length
    expect(broker.requests()).toHaveLength(1)
    expect(codes.filter((code) => code !== 'resolved')).toHaveLength(callsOfFailing)
  })
})

describe('a group whose members differ', () => {
  it('is not asked for as one while one of them is to be left alone', async () => {
    const { client, broker, clock } = stage({}, { lifetimeSeconds: 60 })
    client.keepFresh('records')
    await clock.advance(0)
    const audience = 'records/b'
    broker.failNext({ error: 'upstream_timeout', audience, retryAfterSeconds: 300 })
    await clock.advance(100 * SECOND)
    const asked = broker.requests().map(({ tokens }) => tokens.map((one) => one.audience))
    expect(asked).toEqual([['records'], ['records'], ['records/a', 'records/c']])
  })

  it('fails for the one reason that all of them have', async () => {
    const { client, broker, clock, signals } = stage()
    signals.hide()
    await client.getTokens('records')
    await clock.advance(300 * SECOND)
    for (const name of ['a', 'b', 'c'])
      broker.failNext({ error: 'invalid_target', audience: `records/${name}` })
    expect(await codeOf(client.getTokens('records'))).toBe('invalid_target')
  })

  it('is incomplete where their reasons differ', async () => {
    const { client, broker, clock, signals } = stage()
    signals.hide()
    await client.getTokens('records')
    await clock.advance(300 * SECOND)
    for (const [name, error] of Object.entries({
      a: 'invalid_target',
      b: 'upstream_timeout',
      c: 'upstream_timeout',
    } as const))
      broker.failNext({ error, audience: `records/${name}` })
    const error = await client.getTokens('records').catch((cause: unknown) => cause)
    expect(error).toMatchObject({ code: 'group_incomplete', retryable: true })
  })

  it('lets a caller leave, who is told of no failure', async () => {
    const { client, broker, clock, signals } = stage()
    signals.hide()
    await client.getTokens('records')
    await clock.advance(300 * SECOND)
    broker.set({ latencyMs: 100 })
    const leaving = new AbortController()
    const code = codeOf(client.getTokens('records', { signal: leaving.signal }))
    await clock.advance(50)
    leaving.abort()
    await clock.advance(100)
    expect(await code).toBe('AbortError')
    expect((await client.getTokens('records')).size).toBe(3)
  })
})
