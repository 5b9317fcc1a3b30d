import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Principal } from '../src/index.ts'
import { ADA, ask, askOne, createApp, createManualClock, tokenRequest, until } from './harness.ts'

const sessionOf = async (principal: Principal): Promise<string | undefined> =>
  (await ask(createApp({ principal }).broker, 'cards')).body.session

describe('authenticate', () => {
  it('is needed: without a login 401, and no minter hears of it', async () => {
    const { broker, minter } = createApp()
    const tokens = [{ id: '1', audience: 'cards' }]
    const response = await broker.fetch(tokenRequest({ tokens }, { Cookie: undefined }))
    expect(response.status).toBe(401)
    expect(response.headers.get('WWW-Authenticate')).toBe('Bearer')
    const body = await response.json()
    expect(body).toMatchObject({ error: 'invalid_session', retryable: false })
    expect(body).not.toHaveProperty('tokens')
    expect(minter.requests).toHaveLength(0)
  })

  it('learns whether a user waits', async () => {
    const heard: boolean[] = []
    const { broker } = createApp({
      authenticate: (_request, { background }) => {
        heard.push(background)
        return ADA
      },
    })
    const tokens = [{ id: '1', audience: 'cards' }]
    await broker.fetch(tokenRequest({ tokens, background: true }))
    await broker.fetch(tokenRequest({ tokens, background: false }))
    await broker.fetch(tokenRequest({ tokens }))
    expect(heard).toEqual([true, false, false])
  })

  it('signs nobody out by being out of order: a throw is 503', async () => {
    const { broker, faults, minter } = createApp({
      principal: () => {
        throw new Error('redis: connect ECONNREFUSED')
      },
    })
    const { status, body, response } = await ask(broker, 'cards')
    expect(status).toBe(503)
    expect(body).toMatchObject({
      error: 'temporarily_unavailable',
      retryable: true,
      retry_after: 3,
    })
    expect(response.headers.get('Retry-After')).toBe('3')
    expect(JSON.stringify(body)).not.toContain('redis')
    expect(faults()).toMatchObject([{ where: 'authenticate', requestId: body.request_id }])
    expect(minter.requests).toHaveLength(0)
  })

  it('is waited for no longer than the deadline', async () => {
    const clock = createManualClock()
    let isAsked = false
    const { broker } = createApp({
      clock,
      authenticate: () => {
        isAsked = true
        return new Promise<never>(() => {})
      },
    })
    const answer = ask(broker, 'cards')
    await until(() => isAsked)
    clock.advance(8_000)
    expect((await answer).status).toBe(503)
  })

  it.each<[string, object]>([
    ['no subject', { login: 'l' }],
    ['an empty subject', { subject: '', login: 'l' }],
    ['a numeric subject', { subject: 7, login: 'l' }],
    ['no login', { subject: 'ada' }],
    ['an expiry in words', { ...ADA, expiresAt: 'tomorrow' }],
    ['an expiry that is no number', { ...ADA, expiresAt: Number.NaN }],
    ['a context that is no JSON', { ...ADA, context: 1n }],
  ])('must not give %s: 500, and the log says why', async (_, principal) => {
    const { broker, faults, minter } = createApp({ principal: principal as Principal })
    expect((await ask(broker, 'cards')).status).toBe(500)
    expect(faults()).toMatchObject([{ where: 'authenticate' }])
    expect(minter.requests).toHaveLength(0)
  })
})

describe('the end of a login', () => {
  const setup = (remainingMs: number) => {
    const clock = createManualClock()
    const expiresAt = clock.now() + remainingMs
    return createApp({ clock, principal: { ...ADA, expiresAt } })
  }

  it('is the end of every token', async () => {
    const { broker, minter } = setup(40_000)
    expect(await askOne(broker, 'cards')).toMatchObject({ expires_in: 40 })
    expect(minter.requests[0]?.lifetimeMs).toBe(40_000)
  })

  it.each([0, -5_000, 999])('is reached with %i ms left', async (remainingMs) => {
    const { broker, minter } = setup(remainingMs)
    const { status, body } = await ask(broker, 'cards')
    expect(status).toBe(401)
    expect(body.error).toBe('invalid_session')
    expect(minter.requests).toHaveLength(0)
  })
})

describe('the session of an answer', () => {
  it('is a hash that another process computes alike', async () => {
    const expected = createHash('sha256')
      .update('valetkey session 1\n["ada","login-1"]')
      .digest('base64url')
    await expect(sessionOf(ADA)).resolves.toBe(expected)
    await expect(sessionOf({ ...ADA })).resolves.toBe(expected)
  })

  it('is another for another user, another login, and wherever the two are cut apart', async () => {
    const sessions = await Promise.all([
      sessionOf({ subject: 'ada', login: '1' }),
      sessionOf({ subject: 'ada', login: '2' }),
      sessionOf({ subject: 'bob', login: '1' }),
      sessionOf({ subject: 'ada1', login: '11' }),
      sessionOf({ subject: 'ada', login: '111' }),
      sessionOf({ subject: 'a","da', login: '1' }),
      sessionOf({ subject: 'a', login: 'da","1' }),
      sessionOf({ subject: '\ud800', login: '1' }),
      sessionOf({ subject: '\ud801', login: '1' }),
    ])
    expect(new Set(sessions).size).toBe(sessions.length)
  })

  it('does not depend on anything else the login says', async () => {
    const more = { ...ADA, roles: ['admin'], context: { a: 1 }, expiresAt: 9e15 }
    expect(await sessionOf(more)).toBe(await sessionOf(ADA))
  })
})
