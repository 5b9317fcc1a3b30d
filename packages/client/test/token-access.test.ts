import { describe, expect, it } from 'vitest'
import { codeOf, isBroker, SECOND, stage } from './stage.ts'

describe('a caller who needs more life', () => {
  it('than any token has is told so for good', async () => {
    const { client } = stage({}, { lifetimeSeconds: 60 })
    await client.getToken('cards')
    const asked = client.getToken('cards', { minRemaining: 61 * SECOND })
    const error = await asked.catch((cause: unknown) => cause)
    expect(error).toMatchObject({ code: 'min_remaining_unmet', retryable: false })
    expect(error).not.toHaveProperty('retryAt', expect.anything())
  })

  it('than is left is told when to come back, where that is too long to wait', async () => {
    const { client, broker, clock, signals } = stage({}, { lifetimeSeconds: 600 })
    signals.hide()
    await client.getToken('cards')
    await clock.advance(10 * SECOND)
    const asked = client.getToken('cards', { minRemaining: 595 * SECOND })
    const error = await asked.catch((cause: unknown) => cause)
    const retryAt = clock.wall() + 170 * SECOND
    expect(error).toMatchObject({ code: 'min_remaining_unmet', retryable: true, retryAt })
    expect(broker.requests()).toHaveLength(1)
  })

  it('than the broker’s own token has left is told so after one request', async () => {
    const { client, broker, clock, signals } = stage({}, { lifetimeSeconds: 60 })
    signals.hide()
    await client.getToken('cards')
    broker.stickToToken(true)
    await clock.advance(20 * SECOND)
    const asked = codeOf(client.getToken('cards', { minRemaining: 50 * SECOND }))
    await clock.advance(0)
    expect(await asked).toBe('min_remaining_unmet')
    expect(broker.requests()).toHaveLength(2)
  })

  it('waits for the next token where that is soon enough', async () => {
    const { client, broker, clock, signals } = stage({}, { lifetimeSeconds: 40 })
    signals.hide()
    await client.getToken('cards')
    await clock.advance(5 * SECOND)
    const token = client.getToken('cards', { minRemaining: 38 * SECOND })
    // Three tenths of the life after the first: 12 s.
    await clock.advance(6_900)
    expect(broker.mints()).toBe(1)
    await clock.advance(200)
    expect((await token).value).toBe('canary-2-cards')
  })
})

describe('a caller whose token was refused', () => {
  it('gets another one', async () => {
    const { client, broker } = stage()
    const rejected = await client.getToken('cards')
    expect((await client.getToken('cards', { rejected })).value).toBe('canary-2-cards')
    expect(broker.requests()[1]?.tokens).toEqual([{ id: '0', audience: 'cards', rejected: 'id-1' }])
  })

  it('may leave while another is fetched, as anywhere', async () => {
    const { client, broker, vault, clock } = stage()
    vault.revoke((await client.getToken('cards')).value)
    broker.set({ latencyMs: 100 })
    const leaving = new AbortController()
    const code = codeOf(client.fetchFor('cards')('/x', { signal: leaving.signal }))
    await clock.advance(50)
    leaving.abort()
    await clock.advance(100)
    expect(await code).toBe('AbortError')
  })

  it('is told when somebody else signs in while another is fetched', async () => {
    const { client, broker, vault, clock } = stage()
    vault.revoke((await client.getToken('cards')).value)
    broker.set({ latencyMs: 100 })
    const code = codeOf(client.fetchFor('cards')('/x'))
    await clock.advance(50)
    client.reset('bob')
    await clock.advance(100)
    expect(await code).toBe('identity_changed')
  })

  it('is told without a request when somebody else signed in before the refusal came', async () => {
    const scene = stage({
      fetch: async (input, init) => {
        if (isBroker(input)) return scene.broker.fetch(input, init)
        scene.client.reset('bob')
        return new Response('', { status: 401 })
      },
    })
    expect(await codeOf(scene.client.fetchFor('cards')('/x'))).toBe('identity_changed')
    expect(scene.broker.requests()).toHaveLength(1)
  })
})

describe('who is signed in', () => {
  const scene = () => {
    let user = 'ada'
    const { client, broker, vault } = stage({ identity: () => user })
    const signIn = (next: string) => {
      user = next
    }
    return { client, broker, vault, signIn }
  }

  it('is asked at every call, however the call is made', async () => {
    const { client, broker, vault, signIn } = scene()
    const call = client.fetchFor('cards')
    const uses: (() => Promise<unknown>)[] = [
      () => call('/x'),
      () => client.getTokens(['cards']),
      () => client.prepare(['cards']),
      () => client.getToken('cards', {}),
      () => client.tokenGetter('cards')(),
      async () => client.keepFresh('cards')(),
      async () => client.invalidate('cards'),
    ]
    for (const [n, use] of uses.entries()) {
      signIn(`user-${n}`)
      await use()
      expect(client.status('cards').generation).toBeLessThan(2)
    }
    expect(client.identity()).toBe('user-6')
    expect(broker.mints()).toBeGreaterThanOrEqual(5)
    expect(vault.calls.map(({ authorization }) => authorization)).toEqual(['Bearer canary-1-cards'])
  })

  it('is what the app says, or what reset was told', () => {
    const { client } = stage()
    expect(client.identity()).toBeUndefined()
    client.reset('bob')
    expect(client.identity()).toBe('bob')
    const named = scene()
    named.signIn('cyd')
    expect(named.client.identity()).toBe('cyd')
  })
})
