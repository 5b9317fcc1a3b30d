import { verify } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { skyflow, type SkyflowMinterOptions } from '../../src/minter/index.ts'
import { credentialsFor, publicKey, rejectionOf, serverThat } from '../setup.ts'
import {
  bearer,
  claimsIn,
  clock,
  exchangeIn,
  good,
  granted,
  minterOf,
  NOW,
  requestFor,
  vaultUrl,
} from './stage.ts'

describe('skyflow', () => {
  it('is shareable unless context or roles depend on the user', async () => {
    const server = await serverThat(good)
    expect(minterOf(server).shareable).toBe(true)
    expect(minterOf(server, { roles: ['r1'] }).shareable).toBe(true)
    expect(minterOf(server, { roles: () => ['r1'] }).shareable).toBe(false)
    expect(minterOf(server, { context: true }).shareable).toBe(false)
  })

  it('asks for an hour unless told otherwise', async () => {
    const server = await serverThat(good)
    const limits = { defaultLifetimeMs: 3_600_000, maxLifetimeMs: 3_600_000 }
    expect(minterOf(server).limits).toMatchObject(limits)
    expect(minterOf(server).limits).not.toHaveProperty('minLifetimeMs')
    const own = { lifetimeMs: 60_000, minLifetimeMs: 30_000 }
    const ofOwn = { ...limits, defaultLifetimeMs: 60_000, minLifetimeMs: 30_000 }
    expect(minterOf(server, own).limits).toEqual(ofOwn)
  })

  it('sends what Skyflow’s own clients send, signed with RS256', async () => {
    const server = await serverThat(good)
    const token = await minterOf(server).mint(requestFor())
    const { assertion, ...rest } = exchangeIn(server)
    expect(rest).toEqual({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer' })
    const { clientID, keyID, tokenURI } = credentialsFor(`${server.url}/token`)
    expect(claimsIn(server)).toEqual({
      iss: clientID,
      sub: clientID,
      key: keyID,
      aud: tokenURI,
      iat: 1_893_456_000,
      exp: 1_893_459_600,
    })
    const [header = '', payload = '', signature = ''] = assertion.split('.')
    expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toEqual({
      alg: 'RS256',
      typ: 'JWT',
    })
    const input = Buffer.from(`${header}.${payload}`)
    expect(verify('RSA-SHA256', input, publicKey, Buffer.from(signature, 'base64url'))).toBe(true)
    expect(token).toEqual({
      value: bearer(1_893_459_600),
      expiresAt: 1_893_459_600_000,
      resource: 'https://localhost:9443/base/',
    })
  })

  it('keeps the token endpoint’s spelling in `aud`, or takes another', async () => {
    const server = await serverThat(good)
    const credentials = credentialsFor(server.url.replace('http', 'HTTP'))
    await skyflow({ credentials, vaultUrl, clock }).mint(requestFor())
    await minterOf(server, { assertionAudience: 'https://manage.skyflowapis.com' }).mint(
      requestFor(),
    )
    expect(claimsIn(server).aud).toBe(credentials.tokenURI)
    expect(claimsIn(server, 1).aud).toBe('https://manage.skyflowapis.com')
  })

  describe('lifetimes', () => {
    it.each([
      [3_600_000, 1_893_459_600],
      [7_200_000, 1_893_459_600],
      [300_000, 1_893_456_301],
      [1_000, 1_893_456_002],
    ])('asked for %i ms, the assertion ends at %i', async (lifetimeMs, exp) => {
      const server = await serverThat(granted(bearer(undefined)))
      await minterOf(server).mint(requestFor({ lifetimeMs }))
      expect(claimsIn(server).exp).toBe(exp)
    })

    it.each([
      ['its own exp', bearer(1_893_456_100), 1_893_456_100_000],
      [
        'what was asked for, where the rest is rounding or clocks',
        bearer(1_893_456_640),
        NOW + 600_000,
      ],
      ['the fallback, where it does not say', bearer(undefined), NOW + 300_000],
      ['the fallback, where its exp is no number', bearer('soon' as never), NOW + 300_000],
      ['the fallback, where it is opaque', 'opaque', NOW + 300_000],
    ])('a bearer lives for %s', async (_, value, expiresAt) => {
      const server = await serverThat(granted(value))
      const token = await minterOf(server).mint(requestFor({ lifetimeMs: 600_000 }))
      expect(token).toMatchObject({ value, expiresAt })
    })

    it('never lives for longer than asked by the fallback', async () => {
      const server = await serverThat(granted('opaque'))
      const token = await minterOf(server).mint(requestFor({ lifetimeMs: 2_000 }))
      expect(token.expiresAt).toBe(NOW + 2_000)
    })

    it('refuses a bearer that lives far longer than asked, and says what to do', async () => {
      const server = await serverThat(good)
      const error = await rejectionOf(minterOf(server).mint(requestFor({ lifetimeMs: 600_000 })))
      expect(error).toMatchObject({
        code: 'upstream_invalid',
        message: expect.stringMatching(/lives 3600 s where 600 s were asked for.*maxLifetimeMs/),
      })
    })

    it.each([0, -1, Number.NaN])('refuses a lifetime of %d ms', async (lifetimeMs) => {
      const server = await serverThat(good)
      const error = await rejectionOf(minterOf(server).mint(requestFor({ lifetimeMs })))
      expect(error).toMatchObject({ code: 'invalid_target' })
      expect(server.calls()).toBe(0)
    })
  })

  describe('roles', () => {
    it.each<[SkyflowMinterOptions['roles'], string | undefined, string | undefined]>([
      [undefined, undefined, undefined],
      [['r1', 'r2'], undefined, 'role:r1 role:r2'],
      [undefined, 'role:r2', 'role:r2'],
      [['r1', 'r2'], ' role:r2  role:r2', 'role:r2'],
      [({ context }) => (context === 'doctor' ? ['r9'] : []), undefined, 'role:r9'],
    ])('of %o and the scope %o ask for %o', async (roles, scope, expected) => {
      const server = await serverThat(good)
      const minter = minterOf(server, roles && { roles })
      const token = await minter.mint(requestFor({ context: 'doctor', ...(scope && { scope }) }))
      expect(exchangeIn(server).scope).toBe(expected)
      expect(token.scope).toBe(expected)
    })

    it.each<[SkyflowMinterOptions['roles'], string | undefined]>([
      [['r1'], 'role:r2'],
      [['r1'], 'r1'],
      [undefined, 'role:'],
      [undefined, ' '],
      [() => [], undefined],
      [() => ['r1 role:admin'], undefined],
    ])('of %o never become more by the scope %o', async (roles, scope) => {
      const server = await serverThat(good)
      const minter = minterOf(server, roles && { roles })
      const error = await rejectionOf(minter.mint(requestFor(scope ? { scope } : {})))
      expect(error).toMatchObject({ code: 'invalid_target' })
      expect(server.calls()).toBe(0)
    })
  })

  describe('context', () => {
    it.each<[SkyflowMinterOptions['context'], unknown, unknown]>([
      [undefined, 'alice', undefined],
      [true, 'alice', 'alice'],
      [true, { user_id: 'a', ward: { floor: 3 } }, { user_id: 'a', ward: { floor: 3 } }],
      [({ subject, context }) => `${subject}:${String(context)}`, 'x', 's1:x'],
      [() => null, 'alice', undefined],
    ])('from %o and the session’s %o is %o', async (context, given, ctx) => {
      const server = await serverThat(good)
      const minter = minterOf(server, context && { context })
      await minter.mint(requestFor({ subject: 's1', context: given }))
      expect(claimsIn(server).ctx).toEqual(ctx)
    })

    it.each<[SkyflowMinterOptions['context'], unknown]>([
      [true, undefined],
      [true, null],
      [true, ''],
      [true, 7],
      [true, {}],
      [true, ['alice']],
      [true, { 'user-id': 'alice' }],
      [() => undefined as never, 'alice'],
    ])(
      'from %o and %o is refused, since policies might allow more without it',
      async (context, given) => {
        const server = await serverThat(good)
        const minter = minterOf(server, context && { context })
        const error = await rejectionOf(minter.mint(requestFor({ context: given })))
        expect(error).toMatchObject({ code: 'invalid_target' })
        expect(server.calls()).toBe(0)
      },
    )
  })
})
