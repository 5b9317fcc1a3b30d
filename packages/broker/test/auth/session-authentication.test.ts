import { readCookie, sessionAuthentication } from '@valetkey/broker/auth'
import { describe, expect, it } from 'vitest'
import { askOne, createApp, createManualClock, tokenRequest } from '../harness.ts'

const requestWith = (cookie: string): Request =>
  new Request('https://app.test/', { headers: { Cookie: cookie } })
const options = { background: false }

describe('sessionAuthentication', () => {
  const session = {
    userId: 'ada',
    sessionId: 's-1',
    roles: ['nurse'],
    context: { ward: 3 },
    extra: 1,
  }

  it('makes a principal of a session that holds the facts by their names', async () => {
    const authenticate = sessionAuthentication(async () => session)
    expect(await authenticate(requestWith(''), options)).toEqual({
      subject: 'ada',
      login: 's-1',
      roles: ['nurse'],
      context: { ward: 3 },
      session,
    })
  })

  it('reads the facts where they are, with any spelling of an instant', async () => {
    for (const expires of [
      1_795_312_345_000,
      new Date(1_795_312_345_000),
      '2026-11-22T01:12:25.000Z',
    ]) {
      const authenticate = sessionAuthentication(
        () => ({ user: { id: 'ada' }, session: { id: 's', expires } }),
        ({ user, session }) => ({
          userId: user.id,
          sessionId: session.id,
          expiresAt: session.expires,
        }),
      )
      const principal = await authenticate(requestWith(''), options)
      expect(principal?.expiresAt).toBe(new Date(expires).getTime())
    }
  })

  it.each([null, undefined])('knows nobody by %s', async (nothing) => {
    expect(await sessionAuthentication(() => nothing)(requestWith(''), options)).toBeNull()
  })

  it('is given the request, and whether a user waits', async () => {
    const given: unknown[] = []
    const authenticate = sessionAuthentication((request, { background }) => {
      given.push(readCookie(request, 'sid'), background)
      return null
    })
    await authenticate(requestWith('sid=abc'), { background: true })
    expect(given).toEqual(['abc', true])
  })

  it('tells one sign-in from the next, by the session or by its time', async () => {
    const loginOf = async (facts: object): Promise<unknown> =>
      (await sessionAuthentication(() => ({ userId: 'ada', ...facts }))(requestWith(''), options))
        ?.login
    expect(await loginOf({ sessionId: 'a' })).not.toBe(await loginOf({ sessionId: 'b' }))
    expect(await loginOf({ signedInAt: 1 })).toBe(await loginOf({ signedInAt: new Date(1) }))
    expect(await loginOf({ signedInAt: 1 })).not.toBe(await loginOf({ signedInAt: 2 }))
  })

  it.each<[string, () => unknown]>([
    [
      'a store that is down',
      () => {
        throw new Error('no store')
      },
    ],
    ['a session that tells no sign-ins apart', () => ({ userId: 'ada' })],
    ['an end that cannot be read', () => ({ ...session, expiresAt: 'soon' })],
  ])('answers 503 for %s, and signs nobody out', async (_, read) => {
    const { broker } = createApp({
      authenticate: sessionAuthentication(read as () => typeof session),
    })
    const { status } = await broker.fetch(
      tokenRequest({ tokens: [{ id: '1', audience: 'cards' }] }),
    )
    expect(status).toBe(503)
  })

  it('bounds tokens by the end of the session', async () => {
    const clock = createManualClock()
    const expiresAt = new Date(clock.now() + 60_000)
    const { broker } = createApp({
      clock,
      authenticate: sessionAuthentication(() => ({ ...session, expiresAt })),
    })
    expect((await askOne(broker, 'cards')).expires_in).toBe(60)
  })
})

describe('readCookie', () => {
  it.each([
    ['sid=abc', 'abc'],
    ['a=1; sid=abc; b=2', 'abc'],
    ['sid=a%20b', 'a b'],
    ['sid="abc"', 'abc'],
    ['sid=abc=def==', 'abc=def=='],
    ['sid=%', '%'],
    ['sid=', ''],
    ['sid=first; sid=second', 'first'],
    ['xsid=abc', undefined],
    ['', undefined],
  ])('finds in %o the value %o', (cookie, value) => {
    expect(readCookie(requestWith(cookie), 'sid')).toBe(value)
  })
})
