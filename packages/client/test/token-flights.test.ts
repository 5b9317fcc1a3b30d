import { describe, expect, it } from 'vitest'
import { codeOf, SECOND, stage } from './stage.ts'
import { drawsOf } from './story.ts'

describe('a token', () => {
  it('keeps the refresh point it drew, though the broker answers with it again', async () => {
    const { client, broker, clock } = stage({ random: drawsOf(3) }, { lifetimeSeconds: 100 })
    broker.stickToToken(true)
    client.keepFresh('cards')
    await clock.advance(0)
    const { refreshAt, generation } = client.status('cards')
    await clock.advance(95 * SECOND)
    expect(broker.requests().length).toBeGreaterThan(1)
    expect(client.status('cards')).toMatchObject({ refreshAt, generation })
  })

  it('that replaces a refused one is no same token', async () => {
    const { client, types } = stage()
    await client.getToken('cards')
    client.invalidate('cards')
    await client.getToken('cards')
    expect(types()).not.toContain('same-token')
  })

  it('brought by an older flight serves, if it is not the refused one', async () => {
    const { client, broker, vault, clock, signals } = stage()
    signals.hide()
    const { value } = await client.getToken('cards')
    await clock.advance(220 * SECOND)
    broker.set({ latencyMs: SECOND })
    await client.getToken('cards')
    await clock.advance(500)
    vault.revoke(value)
    const answer = client.fetchFor('cards')('/x')
    await clock.advance(600)
    // The one that was asked for because of the refusal is still on its way.
    expect((await client.getToken('cards')).value).toBe('canary-2-cards')
    expect(broker.mints()).toBe(2)
    await clock.advance(SECOND)
    expect((await answer).status).toBe(200)
  })

  it('of 3 s is not too short, and nobody is told that it is', async () => {
    const { client, types } = stage({}, { lifetimeSeconds: 3 })
    await client.getToken('cards')
    expect(types()).not.toContain('short-lifetime')
  })
})

describe('a request on its way for a member', () => {
  it('is joined, though a wider one that was sent before has brought a token meanwhile', async () => {
    const { client, broker, clock } = stage({}, { latencyMs: 2 * SECOND })
    const group = client.getTokens('records')
    await clock.advance(0)
    // What the first request brings is next to dead by the time it comes.
    clock.sleep(295 * SECOND)
    const member = client.getToken('records/a')
    await clock.advance(5 * SECOND)
    expect((await member).value).toBe((await group).get('records/a')?.value)
    const asked = broker.requests().map(({ tokens }) => tokens.map(({ audience }) => audience))
    expect(asked).toEqual([['records'], ['records/a'], ['records/b', 'records/c']])
  })
})

describe('scopes of one audience', () => {
  it('get each its own token, asked for in one request', async () => {
    const { client, broker } = stage()
    const scopes = ['read', 'write', undefined]
    const ask = (scope?: string) => client.getToken('cards', scope ? { scope } : {})
    const values = (await Promise.all(scopes.map(ask))).map(({ value }) => value)
    expect(new Set(values).size).toBe(3)
    expect((await Promise.all(scopes.map(ask))).map(({ value }) => value)).toEqual(values)
    expect(broker.requests()).toHaveLength(1)
  })
})

describe('an error of one key', () => {
  it('in a problem says the status and the id of the request', async () => {
    const { client, broker } = stage()
    const tokens = [{ id: '0', audience: 'cards', error: 'upstream_timeout', retry_after: 9 }]
    const body = { status: 504, error: 'upstream_timeout', request_id: 'r-1', tokens }
    broker.answerNext(504, JSON.stringify(body))
    const error = await client.getToken('cards').catch((cause: unknown) => cause)
    expect(error).toMatchObject({ code: 'upstream_timeout', status: 504, requestId: 'r-1' })
  })
})

describe('the budget of ten', () => {
  const audiences = Object.fromEntries(Array.from({ length: 12 }, (_, n) => [`a${n}`, {}]))
  const names = Object.keys(audiences)

  it('pays for retries', async () => {
    const { client, broker, clock } = stage({}, { audiences })
    for (const audience of names) broker.failNext({ error: 'upstream_timeout', audience })
    await Promise.all(names.map((name) => codeOf(client.getToken(name))))
    await clock.advance(300)
    const codes = names.map((name) => codeOf(client.getToken(name)))
    await clock.advance(100)
    expect(broker.requests().map(({ tokens }) => tokens.length)).toEqual([12, 10])
    await clock.advance(10 * SECOND)
    expect(await Promise.all(codes)).toEqual(names.map(() => 'resolved'))
  })

  it('does not pay for the first try of a key', async () => {
    const { client, clock } = stage({}, { audiences })
    const ten = names.slice(0, 10)
    await Promise.all(ten.map((name) => client.getToken(name)))
    for (const name of ten) client.invalidate(name)
    await Promise.all(ten.map((name) => client.getToken(name)))
    const began = clock.mono()
    expect(await codeOf(client.getToken('a11'))).toBe('resolved')
    expect(clock.mono()).toBe(began)
  })
})
