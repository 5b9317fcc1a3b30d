import { describe, expect, it } from 'vitest'
import { codeOf, SECOND, stage } from './stage.ts'

describe('events', () => {
  it('are kept, the last 200 of them', async () => {
    const { client, events } = stage()
    await client.getToken('cards')
    const call = client.fetchFor('cards')
    for (let n = 0; n < 250; n += 1) await call('/x')
    expect(client.events()).toHaveLength(200)
    expect(client.events()).toEqual(events.slice(-200))
  })

  it('say how long a call to a vault took', async () => {
    const scene = stage()
    const { clock } = scene
    const { client, events } = stage({
      clock,
      fetch: async (input, init) => {
        if (new Request(input).url.endsWith('/tokens')) return scene.broker.fetch(input, init)
        await new Promise<void>((resolve) => clock.after(700, resolve))
        return new Response('ok')
      },
    })
    await clock.advance(5 * SECOND)
    const answer = client.fetchFor('cards')('/x')
    await clock.advance(SECOND)
    expect((await answer).ok).toBe(true)
    expect(events.at(-1)).toMatchObject({
      type: 'call',
      status: 200,
      durationMs: 700,
      generation: 1,
    })
  })

  it('tell a refusal that was mended step by step', async () => {
    const { client, vault, types, events } = stage()
    vault.revoke((await client.getToken('cards')).value)
    const before = events.length
    await client.fetchFor('cards')('/x')
    const told = ['call', 'refused', 'request', 'refreshed', 'call', 'replayed']
    expect(types().slice(before)).toEqual(told)
    expect(events.slice(before).filter(({ type }) => type === 'call')).toMatchObject([
      { status: 401, generation: 1 },
      { status: 200, generation: 2 },
    ])
  })

  it('say why a refused call was not sent again', async () => {
    const { client, clock, vault, events } = stage({}, { lifetimeSeconds: 60 })
    vault.revoke((await client.getToken('cards')).value)
    const call = client.fetchFor('cards')
    const body = { method: 'POST', body: new Blob(['a']).stream(), duplex: 'half' } as RequestInit
    await call('/x', body)
    vault.refuseEverything(true)
    await clock.advance(11 * SECOND)
    await call('/x')
    const until = clock.wall() + 30 * SECOND
    await call('/x')
    const told = events.filter(({ type }) => /^(replay-skipped|token-rejected)$/.test(type))
    expect(told).toMatchObject([
      { type: 'replay-skipped', why: 'body' },
      { type: 'token-rejected', until },
      { type: 'replay-skipped', why: 'cool-down' },
    ])
  })

  it('tell of every wake, with its cause', () => {
    const { signals, events } = stage()
    signals.wake('pageshow')
    signals.show()
    expect(events).toMatchObject([
      { type: 'wake', cause: 'pageshow' },
      { type: 'wake', cause: 'visibilitychange' },
    ])
  })

  it('of a client that ended are over', async () => {
    const { client, events } = stage()
    client.dispose()
    expect(await codeOf(client.getToken('cards'))).toBe('disposed')
    expect(() => client.keepFresh('cards')).toThrow('create a new client')
    expect(() => client.invalidate('cards')).toThrow('create a new client')
    expect(events.map(({ type }) => type)).toEqual(['disposed'])
  })
})
