import { describe, expect, it, vi } from 'vitest'
import { type FromCallbackOptions, fromCallback, type TokenCallback } from '../src/from-callback.ts'
import { createTokenClient, isTokenError, TokenError } from '../src/index.ts'
import { createManualClock, type ManualClock } from '../src/testing/index.ts'
import { codeOf, createVault, SECOND } from './stage.ts'

/** The wall clock's seconds at the start. */
const NOW = Date.UTC(2026, 0, 1) / SECOND

function clientOf(callback: TokenCallback, options?: FromCallbackOptions, clock = manual()) {
  const vault = createVault()
  const client = createTokenClient(fromCallback(callback, { clock, ...options }), {
    clock,
    random: () => 0.5,
    fetch: vault.fetch,
    origins: { cards: ['https://cards.example'] },
  })
  return { client, clock, vault }
}

function manual(): ManualClock {
  return createManualClock(NOW * SECOND)
}

/** A token in the form of a JWT; its signature signs nothing. */
function jwt(claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${part({ alg: 'none' })}.${part(claims)}.c2ln`
}

async function lifetimeOf(token: string, options?: FromCallbackOptions): Promise<number> {
  const { client } = clientOf(async () => token, options)
  return (await client.getToken('cards')).expiresAt - NOW * SECOND
}

describe('a callback', () => {
  it('is asked once for all who wait, by audience', async () => {
    const callback = vi.fn<TokenCallback>(async (audience) => jwt({ aud: audience, exp: NOW + 60 }))
    const { client } = clientOf(callback)
    const got = ['cards', 'cards', 'mail'].map((audience) => client.getToken(audience))
    const [first, second, other] = await Promise.all(got)
    expect(second).toBe(first)
    expect(other?.audience).toBe('mail')
    expect(callback.mock.calls.map(([audience]) => audience)).toEqual(['cards', 'mail'])
  })

  it('hears of the scope, and whether the last token was refused', async () => {
    const callback = vi.fn<TokenCallback>(async () => jwt({ exp: NOW + 60, jti: Math.random() }))
    const { client, vault } = clientOf(callback)
    const { value } = await client.getToken('cards', { scope: 'read' })
    vault.revoke(value)
    await client.fetchFor('cards', { scope: 'read' })('https://cards.example/')
    const told = callback.mock.calls.map(([, { scope, rejected }]) => [scope, rejected])
    expect(told).toEqual([
      ['read', false],
      ['read', true],
    ])
  })

  it('may be a plain function that answers at once', async () => {
    const { client } = clientOf(() => 'opaque', { lifetimeMs: 60 * SECOND })
    expect((await client.getToken('cards')).value).toBe('opaque')
  })

  it('serves several audiences at once, each with its own outcome', async () => {
    const { client } = clientOf((audience) =>
      audience === 'mail' ? Promise.reject(new Error('no')) : jwt({ exp: NOW + 60 }),
    )
    const tokens = await client.getTokens(['cards', 'mail', 'chat'], { quorum: 2 })
    expect([...tokens.keys()]).toEqual(['cards', 'chat'])
  })

  it('gives a token to the listed origins only', async () => {
    const { client, vault } = clientOf(() => jwt({ exp: NOW + 60 }))
    const cards = client.fetchFor('cards')
    expect((await cards('https://cards.example/v1')).status).toBe(200)
    expect(await codeOf(cards('https://evil.example/'))).toBe('origin_not_allowed')
    expect(await codeOf(client.fetchFor('mail')('https://cards.example/'))).toBe(
      'origin_not_allowed',
    )
    expect(vault.calls).toHaveLength(1)
  })
})

describe('the lifetime', () => {
  it.each([
    ['as good after its `nbf` as without one', { iat: NOW - 60, nbf: NOW - 30, exp: NOW + 90 }, 90],
    ['exp - iat, of a token just issued', { iat: NOW, exp: NOW + 300 }, 300],
    [
      'what is left by the clock, of a token issued a while ago',
      { iat: NOW - 200, exp: NOW + 100 },
      100,
    ],
    ['exp - iat, where the clock is behind', { iat: NOW + 3_600, exp: NOW + 3_900 }, 300],
    [
      'exp - iat, where the clock is ahead of all of it',
      { iat: NOW - 3_600, exp: NOW - 3_300 },
      300,
    ],
    ['what is left by the clock, without an iat', { exp: NOW + 120 }, 120],
  ])('is %s', async (_what, claims, seconds) => {
    expect(await lifetimeOf(jwt(claims))).toBe(seconds * SECOND)
  })

  it('is the stated one, of an opaque token as of a JWT', async () => {
    const options = { lifetimeMs: 45 * SECOND }
    expect(await lifetimeOf('opaque|token', options)).toBe(45 * SECOND)
    expect(await lifetimeOf(jwt({ iat: NOW, exp: NOW + 300 }), options)).toBe(45 * SECOND)
  })

  it('is read from payloads with any letters and signs', async () => {
    for (const name of ['Zoë', '???>>>~~~', '日本'])
      expect(await lifetimeOf(jwt({ name, iat: NOW, exp: NOW + 300 }))).toBe(300 * SECOND)
  })

  it('neither stated nor in the token: `config`, which names the option', async () => {
    for (const token of ['opaque', jwt({ iat: NOW }), 'a.b.c', 'a.bnVsbA.c']) {
      const { client } = clientOf(() => token)
      const error = await client.getToken('cards').catch((cause: unknown) => cause)
      expect(error).toMatchObject({ code: 'config', retryable: false, audience: 'cards' })
      expect((error as Error).message).toContain('lifetimeMs')
      expect((error as Error).message).not.toContain(token)
    }
  })

  it.each([
    ['nothing left', { exp: NOW - 1 }],
    ['an exp before its iat', { iat: NOW + 10, exp: NOW - 10 }],
    ['milliseconds', { iat: NOW * SECOND, exp: (NOW + 300) * SECOND }],
    ['a beginning in the future', { iat: NOW, nbf: NOW + 100, exp: NOW + 300 }],
    ['a text for exp', { exp: 'soon' }],
    ['a lifetime of a million years', { exp: 9e10 }],
  ])('%s is a malformed answer', async (_what, claims) => {
    const { client } = clientOf(() => jwt(claims))
    expect(await codeOf(client.getToken('cards'))).toBe('malformed_response')
  })
})

describe('a callback that fails', () => {
  it('with an error: tried again later, with that error as the cause', async () => {
    const cause = new Error('offline?')
    const callback = vi.fn<TokenCallback>(() => jwt({ exp: NOW + 60 })).mockRejectedValueOnce(cause)
    const { client, clock } = clientOf(callback)
    const error = await client.getToken('cards').catch((one: unknown) => one)
    expect(error).toMatchObject({ code: 'broker_unreachable', retryable: true, cause })
    await clock.advance(30 * SECOND)
    expect(await codeOf(client.getToken('cards'))).toBe('resolved')
  })

  it('by throwing before it returns: the same', async () => {
    const { client } = clientOf(() => {
      throw new Error('early')
    })
    expect(await codeOf(client.getToken('cards'))).toBe('broker_unreachable')
  })

  it('while its last token serves: nobody notices', async () => {
    const callback = vi.fn<TokenCallback>(() => jwt({ exp: NOW + 100 }))
    const { client, clock } = clientOf(callback)
    const { value } = await client.getToken('cards')
    callback.mockRejectedValue(new Error('down'))
    await clock.advance(80 * SECOND)
    expect((await client.getToken('cards')).value).toBe(value)
  })

  it('with a TokenError: taken at its word', async () => {
    const callback = vi.fn<TokenCallback>(() => {
      throw new TokenError('invalid_session', 'nobody is signed in')
    })
    const { client } = clientOf(callback)
    expect(await codeOf(client.getToken('cards'))).toBe('invalid_session')
    expect(await codeOf(client.getToken('cards'))).toBe('invalid_session')
    expect(callback).toHaveBeenCalledTimes(1)
    expect(client.events().map(({ type }) => type)).toContain('session-expired')
  })

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['an empty text', ''],
    ['the text "undefined"', 'undefined'],
    ['the text "null"', 'null'],
    ['a token in quotes', JSON.stringify(jwt({ exp: NOW + 60 }))],
    ['an object', { access_token: 'x' }],
    ['an object that was made a text', '[object Object]'],
    ['a number', 7],
    ['a header', `Bearer ${jwt({ exp: NOW + 60 })}`],
    ['a line break', 'one\r\ntwo'],
    ['a megabyte', 'x'.repeat(1_048_576)],
  ])('with %s: malformed, with nothing of it in the error', async (_what, token) => {
    const { client, clock } = clientOf(() => token as string, { lifetimeMs: 60 * SECOND })
    const error = await client.getToken('cards').catch((cause: unknown) => cause)
    expect(isTokenError(error) && error.code).toBe('malformed_response')
    expect(JSON.stringify(error) + String(error)).not.toMatch(/eyJ|two|xxx|access_token.:/)
    await clock.advance(SECOND)
    expect(client.status('cards').status).toBe('error')
  })

  it('with an object, and no lifetime stated: malformed too', async () => {
    const { client } = clientOf(() => ({ token: 'x' }) as never)
    expect(await codeOf(client.getToken('cards'))).toBe('malformed_response')
  })

  it('by hanging: given up after 10 s, with the others served', async () => {
    const signals: AbortSignal[] = []
    const { client, clock } = clientOf((audience, { signal }) => {
      if (audience !== 'mail') return jwt({ exp: NOW + 600 })
      signals.push(signal)
      return new Promise<string>(() => {})
    })
    const codes: Record<string, string> = {}
    for (const audience of ['cards', 'mail'])
      void codeOf(client.getToken(audience)).then((code) =>
        Object.assign(codes, { [audience]: code }),
      )
    await clock.advance(9_900)
    expect(codes).toEqual({ cards: 'resolved' })
    await clock.advance(200)
    expect(codes).toEqual({ cards: 'resolved', mail: 'broker_timeout' })
    expect(signals.map(({ aborted }) => aborted)).toEqual([true])
  })

  it('by bringing the refused token again: the 401 stands, nobody is signed out', async () => {
    const callback = vi.fn<TokenCallback>(() => jwt({ exp: NOW + 600 }))
    const { client, vault } = clientOf(callback)
    vault.refuseEverything(true)
    expect((await client.fetchFor('cards')('https://cards.example/')).status).toBe(401)
    expect(callback).toHaveBeenCalledTimes(2)
    expect(vault.calls).toHaveLength(1)
    expect(client.events().map(({ type }) => type)).toContain('same-token')
    expect(client.status('cards').status).toBe('ready')
  })
})
