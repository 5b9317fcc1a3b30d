import { describe, expect, it } from 'vitest'
import { settle } from '../src/testing/index.ts'
import { codeOf, SECOND, stage } from './stage.ts'

describe('invalidate', () => {
  it('of a group gives up every member, and no other audience', async () => {
    const { client, broker } = stage()
    const before = await client.getTokens('records')
    const { value } = await client.getToken('cards')
    client.invalidate('records')
    const after = await client.getTokens('records')
    for (const [name, token] of after) expect(token.value).not.toBe(before.get(name)?.value)
    expect((await client.getToken('cards')).value).toBe(value)
    expect(broker.mints()).toBe(7)
  })

  it('is a reason to ask again what was refused', async () => {
    const { client, broker } = stage()
    broker.failNext({ error: 'invalid_target', audience: 'cards' })
    expect(await codeOf(client.getToken('cards'))).toBe('invalid_target')
    client.invalidate('cards')
    expect(await codeOf(client.getToken('cards'))).toBe('resolved')
  })

  it('of an audience without a token in the browser is answered by another, not by the same', async () => {
    const { client, broker, types } = stage()
    const item = { id: '0', audience: 'cards', delivery: 'proxy', expires_in: 300 }
    const body = { server_time: 1, tokens: [{ ...item, resource: 'proxy/cards/' }] }
    for (let n = 0; n < 2; n += 1) {
      broker.answerNext(200, JSON.stringify(body))
      await client.prepare(['cards'])
      client.invalidate('cards')
    }
    expect(broker.requests()).toHaveLength(2)
    expect(types()).not.toContain('same-token')
  })
})

describe('another user', () => {
  it('does not wait for what the broker said to the former', async () => {
    const { client, broker } = stage()
    broker.failNext({ error: 'rate_limited', status: 429, retryAfterSeconds: 60 })
    expect(await codeOf(client.getToken('cards'))).toBe('rate_limited')
    expect(await codeOf(client.getToken('mail'))).toBe('rate_limited')
    client.reset('bob')
    expect(await codeOf(client.getToken('mail'))).toBe('resolved')
  })

  it('is not signed out by an answer of the former’s login that comes late', async () => {
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const scene = stage({
      fetch: async (input, init) => {
        const isFirst = scene.broker.requests().length === 0
        const answer = await scene.broker.fetch(input, init)
        if (isFirst) await held
        return answer
      },
    })
    const { client, broker, types } = scene
    const late = client.getToken('mail')
    await settle()
    broker.set({ session: 'session-2' })
    const { value } = await client.getToken('cards')
    release()
    // What came late is of nobody's use: it is asked for again.
    expect((await late).value).toBe('canary-3-mail')
    expect((await client.getToken('cards')).value).toBe(value)
    expect(types()).not.toContain('identity-changed')
  })
})

describe('a lost login', () => {
  it('is told once for a request, however many keys it was for', async () => {
    const { client, broker, types } = stage()
    broker.failNext({ error: 'invalid_session', status: 401 })
    const names = ['cards', 'mail', 'records/a']
    const codes = await Promise.all(names.map((name) => codeOf(client.getToken(name))))
    expect(codes).toEqual(names.map(() => 'invalid_session'))
    expect(types().filter((type) => type === 'session-expired')).toHaveLength(1)
  })
})

describe('a client that ended', () => {
  it('has no status to show', async () => {
    const { client, clock } = stage()
    await client.getToken('cards')
    client.dispose()
    await clock.advance(SECOND)
    expect(client.status('cards').status).toBe('idle')
  })
})
