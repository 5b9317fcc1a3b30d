import { describe, expect, it } from 'vitest'
import { settle } from '../src/testing/index.ts'
import { codeOf, stage } from './stage.ts'

describe('identity', () => {
  it('gives nothing of the former user after a reset, to nobody', async () => {
    const { client, broker, clock } = stage({}, { latencyMs: 100 })
    const waiting = codeOf(client.getToken('cards'))
    await clock.advance(50)
    client.reset('bob')
    broker.set({ session: 'session-2' })
    await clock.advance(100)
    expect(await waiting).toBe('identity_changed')
    expect(client.status('cards').status).toBe('idle')
    const token = client.getToken('cards')
    await clock.advance(100)
    expect((await token).value).toBe('canary-1-cards')
  })

  it('takes a reset to the same identity for none', async () => {
    const { client, broker } = stage()
    client.reset('ada')
    await client.getToken('cards')
    client.reset('ada')
    await client.getToken('cards')
    expect(broker.requests()).toHaveLength(1)
  })

  it('resets when identity() names somebody else', async () => {
    let user = 'ada'
    const { client, broker, types } = stage({ identity: () => user })
    const first = await client.getToken('cards')
    user = 'bob'
    expect((await client.getToken('cards')).value).not.toBe(first.value)
    expect(broker.requests()).toHaveLength(2)
    expect(types().filter((type) => type === 'identity-changed')).toHaveLength(1)
  })

  it('resets when the broker answers for another login, and hands out nothing of that answer', async () => {
    const { client, broker, clock, types } = stage()
    await client.getToken('cards')
    broker.set({ session: 'session-2' })
    const code = codeOf(client.getToken('mail'))
    await clock.advance(0)
    expect(await code).toBe('identity_changed')
    expect(types()).toContain('identity-changed')
    expect((await client.getToken('cards')).value).toBe('canary-3-cards')
  })

  it('keeps fresh for the new user what was kept fresh for the former', async () => {
    const { client, broker } = stage()
    client.keepFresh('cards')
    await settle()
    client.reset('bob')
    await settle()
    expect(broker.requests()).toHaveLength(2)
    expect(client.status('cards').status).toBe('ready')
  })

  it('ends everything with dispose', async () => {
    const { client, clock } = stage({}, { latencyMs: 100 })
    const waiting = codeOf(client.getToken('cards'))
    client.keepFresh('mail')
    await settle()
    client.dispose()
    expect(await waiting).toBe('disposed')
    expect(clock.pending()).toBe(0)
    expect(await codeOf(client.getToken('cards'))).toBe('disposed')
  })

  it('sends no token of the former user if the user changes while a body is read', async () => {
    const { client, vault } = stage()
    await client.getToken('cards')
    const request = new Request('https://cards.vault.example/x', { method: 'POST', body: 'x' })
    const code = codeOf(client.fetchFor('cards')(request))
    client.reset('bob')
    expect(await code).toBe('identity_changed')
    expect(vault.calls).toEqual([])
  })

  it.each(['a body is read', 'a token is fetched'])(
    'sends and hands out nothing of the former user if identity() changes while %s',
    async (moment) => {
      let user = 'ada'
      const { client, vault, broker, clock } = stage({ identity: () => user })
      if (moment === 'a body is read') await client.getToken('cards')
      broker.set({ latencyMs: 100 })
      const request = new Request('https://cards.vault.example/x', { method: 'POST', body: 'x' })
      const codes = [codeOf(client.fetchFor('cards')(request))]
      if (moment === 'a token is fetched') codes.push(codeOf(client.getToken('cards')))
      user = 'bob'
      await clock.advance(100)
      expect(new Set(await Promise.all(codes))).toEqual(new Set(['identity_changed']))
      expect(vault.calls).toEqual([])
    },
  )

  it('tells of nothing that the former user had on its way', async () => {
    const { client, clock, types } = stage({}, { latencyMs: 100 })
    const code = codeOf(client.getToken('cards'))
    await clock.advance(50)
    client.reset('bob')
    await clock.advance(200)
    expect(await code).toBe('identity_changed')
    expect(types()).toEqual(['request', 'identity-changed'])
  })
})
