import { describe, expect, it } from 'vitest'
import { codeOf, SECOND, stage } from './stage.ts'

describe('failure', () => {
  it('keeps serving a usable token while the broker is down', async () => {
    const { client, broker, clock } = stage({}, { lifetimeSeconds: 60 })
    const token = await client.getToken('cards')
    broker.unreachable(true)
    for (let n = 0; n < 53; n += 1) {
      await clock.advance(SECOND)
      expect((await client.getToken('cards')).value).toBe(token.value)
    }
    broker.unreachable(false)
    await clock.advance(30 * SECOND)
    expect((await client.getToken('cards')).value).not.toBe(token.value)
  })

  it('tells every caller at once, with the time to come back', async () => {
    const { client, broker, clock } = stage()
    broker.failNext({ error: 'temporarily_unavailable', retryAfterSeconds: 7, times: 99 })
    const error = await client.getToken('cards').catch((cause: unknown) => cause)
    expect(error).toMatchObject({ code: 'temporarily_unavailable', retryable: true, status: 503 })
    expect(error).toMatchObject({ retryAt: clock.wall() + 7 * SECOND })
    expect(await codeOf(client.getToken('cards'))).toBe('temporarily_unavailable')
    expect(await codeOf(client.getToken('mail'))).toBe('temporarily_unavailable')
    expect(broker.requests()).toHaveLength(1)
    await clock.advance(7 * SECOND)
    await codeOf(client.getToken('cards'))
    expect(broker.requests()).toHaveLength(2)
  })

  it('remembers a refusal for a minute, a lost session for 3 s', async () => {
    const { client, broker, clock, types } = stage()
    broker.failNext({ error: 'invalid_target', audience: 'cards' })
    broker.failNext({ error: 'invalid_session', status: 401 })
    expect(await codeOf(client.getToken('mail'))).toBe('invalid_session')
    expect(types()).toContain('session-expired')
    expect(await codeOf(client.getToken('cards'))).toBe('invalid_target')
    await clock.advance(3 * SECOND + 1)
    expect(await codeOf(client.getToken('mail'))).toBe('resolved')
    expect(await codeOf(client.getToken('cards'))).toBe('invalid_target')
    await clock.advance(57 * SECOND)
    expect(await codeOf(client.getToken('cards'))).toBe('resolved')
  })

  it('forgets a refusal when the tab wakes', async () => {
    const { client, broker, signals } = stage()
    broker.failNext({ error: 'invalid_target', audience: 'cards' })
    expect(await codeOf(client.getToken('cards'))).toBe('invalid_target')
    signals.wake('focus')
    expect(await codeOf(client.getToken('cards'))).toBe('resolved')
  })

  it('backs off with growing pauses for what is kept fresh', async () => {
    const { client, broker, clock } = stage({ random: () => 0.999 })
    broker.unreachable(true)
    client.keepFresh('cards')
    await clock.advance(120 * SECOND)
    expect(broker.requests().length).toBeLessThan(15)
    broker.unreachable(false)
    await clock.advance(31 * SECOND)
    expect(client.status('cards').status).toBe('ready')
  })

  it('names being offline as such, and recovers with the network', async () => {
    const { client, broker, signals } = stage()
    client.keepFresh('cards')
    signals.network(false)
    broker.unreachable(true)
    expect(await codeOf(client.getToken('mail'))).toBe('offline')
    broker.unreachable(false)
    signals.network(true)
    expect(await codeOf(client.getToken('mail'))).toBe('resolved')
  })

  it('says at once that more life was asked for than the broker gives', async () => {
    const { client, broker } = stage({}, { lifetimeSeconds: 60 })
    await client.getToken('cards')
    expect(await codeOf(client.getToken('cards', { minRemaining: 61 * SECOND }))).toBe(
      'min_remaining_unmet',
    )
    expect(broker.requests()).toHaveLength(1)
  })

  it('fetches a longer-lived token when a caller needs one', async () => {
    const { client, clock, signals } = stage({}, { lifetimeSeconds: 60 })
    signals.hide()
    await client.getToken('cards')
    await clock.advance(25 * SECOND)
    const token = await client.getToken('cards', { minRemaining: 50 * SECOND })
    expect(token.value).toBe('canary-2-cards')
  })

  it('says what to do in every error, with a page to read', async () => {
    const { client, broker } = stage()
    broker.failNext({ error: 'invalid_target', audience: 'cards' })
    const error = await client.getToken('cards').catch((cause: unknown) => cause)
    expect(error).toMatchObject({
      audience: 'cards',
      docsUrl: expect.stringMatching(/errors\.md#invalid_target$/),
    })
    expect(String(error)).toContain("check the user's grants")
  })
})
