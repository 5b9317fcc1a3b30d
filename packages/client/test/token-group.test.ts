import { describe, expect, it } from 'vitest'
import { isTokenError } from '../src/index.ts'
import { settle } from '../src/testing/index.ts'
import { SECOND, stage } from './stage.ts'

const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => (isTokenError(error) ? error : undefined),
  )

describe('groups', () => {
  it('brings a token for every member in one request', async () => {
    const { client, broker } = stage()
    const tokens = await client.getTokens('records')
    expect([...tokens.keys()]).toEqual(['records/a', 'records/b', 'records/c'])
    expect(broker.requests()).toHaveLength(1)
  })

  it('knows no token of its own for a group', async () => {
    const { client } = stage()
    expect((await failure(client.getToken('records')))?.code).toBe('audience_is_group')
    await client.getTokens('records')
    expect((await failure(client.getToken('records')))?.code).toBe('audience_is_group')
    expect((await failure(client.fetchFor('records')('/x')))?.code).toBe('audience_is_group')
  })

  it('names the missing members, keeps the good ones, asks again for the bad ones alone', async () => {
    const { client, broker, clock } = stage()
    broker.failNext({ error: 'upstream_timeout', audience: 'records/b', retryAfterSeconds: 5 })
    const error = await failure(client.getTokens('records'))
    expect(error).toMatchObject({
      code: 'group_incomplete',
      missing: ['records/b'],
      retryable: true,
    })
    await clock.advance(5 * SECOND)
    expect((await client.getTokens('records')).size).toBe(3)
    const asked = broker.requests().map(({ tokens }) => tokens.map(({ audience }) => audience))
    expect(asked.slice(0, 2)).toEqual([['records'], ['records/b']])
  })

  it('does with a quorum where one is given', async () => {
    const { client, broker } = stage()
    broker.failNext({ error: 'invalid_target', audience: 'records/b' })
    expect([...(await client.getTokens('records', { quorum: 2 })).keys()]).toEqual([
      'records/a',
      'records/c',
    ])
  })

  it('gives the cause itself when all members fail for one', async () => {
    const { client, broker } = stage()
    broker.failNext({ error: 'invalid_session', status: 401 })
    expect((await failure(client.getTokens('records')))?.code).toBe('invalid_session')
  })

  it('refreshes as one request, however the members drew their refresh points', async () => {
    const draws = [0.1, 0.9, 0.5]
    const { client, broker, clock } = stage({ random: () => draws.shift() ?? 0.5 })
    client.keepFresh('records')
    await clock.advance(400 * SECOND)
    const asked = broker.requests().map(({ tokens }) => tokens.map(({ audience }) => audience))
    expect(asked.length).toBeGreaterThan(1)
    expect(asked.every((one) => one.length === 1 && one[0] === 'records')).toBe(true)
  })

  it('is as ready as its weakest member', async () => {
    const { client, broker } = stage()
    broker.failNext({ error: 'invalid_target', audience: 'records/b' })
    await failure(client.getTokens('records'))
    expect(client.status('records')).toMatchObject({
      status: 'error',
      error: { audience: 'records/b' },
    })
    expect(client.status('records/a').status).toBe('ready')
  })

  it('says where each member is called without handing out a token', async () => {
    const { client, broker } = stage()
    const prepared = await client.prepare('records', { minRemaining: 10 * SECOND })
    expect(prepared.map(({ resource }) => resource)).toEqual([
      'https://a.vault.example/',
      'https://b.vault.example/',
      'https://c.vault.example/',
    ])
    for (const text of broker.tokenTexts()) expect(JSON.stringify(prepared)).not.toContain(text)
  })

  it('renews every member before a call that needs more life than is left', async () => {
    const { client, broker, clock, signals } = stage({}, { lifetimeSeconds: 10 })
    signals.hide()
    await client.getTokens('records')
    await clock.advance(6 * SECOND)
    const prepared = await client.prepare('records', { minRemaining: 5 * SECOND })
    expect(prepared.every(({ expiresAt }) => expiresAt - clock.wall() >= 5 * SECOND)).toBe(true)
    expect(broker.requests()).toHaveLength(2)
  })

  it('takes several audiences too', async () => {
    const { client } = stage()
    expect((await client.getTokens(['cards', 'mail'])).size).toBe(2)
  })

  it('calls an audience that is no group by its name', async () => {
    const { client } = stage()
    expect((await failure(client.getTokens('cards')))?.code).toBe('config')
  })

  it('keeps a status snapshot until what it shows changes', async () => {
    const { client, clock } = stage()
    await client.getTokens('records')
    const before = client.status('records')
    await clock.advance(10 * SECOND)
    await client.getTokens('records')
    expect(client.status('records')).toBe(before)
    expect(client.status('unknown')).toBe(client.status('unknown'))
  })

  it('tells subscribers of a group of every change of a member, and no more after they left', async () => {
    const { client, clock } = stage()
    let heard = 0
    const leave = client.subscribe('records', () => {
      heard += 1
    })
    client.keepFresh('records')
    await settle()
    expect(heard).toBeGreaterThan(0)
    leave()
    const before = heard
    await clock.advance(300 * SECOND)
    expect(heard).toBe(before)
  })

  it('follows the broker when the members change while callers wait', async () => {
    const records = { members: ['a', 'b', 'c'] }
    const { client, clock, signals } = stage({}, { audiences: { records } })
    signals.hide()
    await client.getTokens('records')
    await clock.advance(300 * SECOND)
    records.members = ['a', 'b', 'd']
    const tokens = await client.getTokens('records')
    expect([...tokens.keys()]).toEqual(['records/a', 'records/b', 'records/d'])
  })
})
