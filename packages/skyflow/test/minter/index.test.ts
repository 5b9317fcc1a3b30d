import { verify } from 'node:crypto'
import type { RequestListener } from 'node:http'
import { inspect } from 'node:util'
import type { Minter, MintRequest } from '@valetkey/broker'
import { describe, expect, it } from 'vitest'
import { skyflow, type SkyflowMinterOptions } from '../../src/minter/index.ts'
import {
  credentialsFor,
  envelope,
  html,
  json,
  publicKey,
  rejectionOf,
  secrets,
  serverThat,
  type TestServer,
  truncated,
} from '../setup.ts'

const vaultUrl = 'https://localhost:9443/base'
const NOW = 1_893_456_000_250
const clock = { now: () => NOW }

const bearer = (exp: number | undefined, more = ''): string =>
  `eyJhbGciOiJSUzI1NiJ9.${Buffer.from(JSON.stringify({ exp })).toString('base64url')}.c2ln${more}`
const granted = (accessToken: unknown, rest: object = { tokenType: 'Bearer' }): RequestListener =>
  json(200, { accessToken, ...rest })
const good = granted(bearer(1_893_459_600))

function requestFor(changes: Partial<MintRequest> = {}): MintRequest {
  const { signal } = new AbortController()
  return { audience: 'cards', lifetimeMs: 3_600_000, signal, ...changes }
}

function minterOf({ url }: TestServer, options: Partial<SkyflowMinterOptions> = {}): Minter {
  return skyflow({ credentials: credentialsFor(`${url}/token`), vaultUrl, clock, ...options })
}

interface Exchange {
  grant_type: string
  assertion: string
  scope?: string
}

const exchangeIn = (server: TestServer, call = 0): Exchange => JSON.parse(server.bodies[call] ?? '')
const claimsIn = (server: TestServer, call = 0): Record<string, unknown> =>
  JSON.parse(
    Buffer.from(exchangeIn(server, call).assertion.split('.')[1] ?? '', 'base64url').toString(),
  )

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
    const { limits: own } = minterOf(server, { lifetimeMs: 60_000 })
    expect(own).toMatchObject({ ...limits, defaultLifetimeMs: 60_000 })
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

  describe('an endpoint that fails', () => {
    it.each<[string, RequestListener, string, RegExp]>([
      [
        'refuses the issuer',
        json(401, envelope(401, "Check your JWT assertion's 'iss' value.")),
        'upstream_auth',
        /clientID/,
      ],
      [
        'does not know the account',
        json(404, envelope(404, 'Failed to load ServiceAccount ID x')),
        'upstream_auth',
        /environment/,
      ],
      [
        'refuses an account set to API keys',
        json(400, envelope(400, 'API key is enabled')),
        'upstream_auth',
        /set to API keys/,
      ],
      [
        'finds the assertion expired',
        json(401, envelope(401, 'assertion is expired')),
        'upstream_auth',
        /clock/,
      ],
      [
        'wants a context',
        json(400, envelope(400, 'ctx is required')),
        'upstream_auth',
        /option `context`/,
      ],
      [
        'refuses a role',
        json(403, envelope(403, 'role is not assigned')),
        'upstream_auth',
        /role IDs/,
      ],
      [
        'refuses in plain text',
        (_, o) => o.writeHead(401, { 'content-type': 'text/plain' }).end('no'),
        'upstream_auth',
        /credentials\.json/,
      ],
      ['hides behind a login page', html(401), 'upstream_auth', /gateway/],
      ['hides behind a page of a firewall', html(403), 'upstream_invalid', /gateway or login page/],
      ['is not there', html(404), 'upstream_invalid', /tokenURI/],
      ['answers with a page', html(200), 'upstream_invalid', /not JSON/],
      [
        'sends elsewhere',
        (_, o) => o.writeHead(307, { location: '/canary' }).end(),
        'upstream_invalid',
        /307/,
      ],
      ['answers with nothing', (_, o) => o.writeHead(200).end(), 'upstream_invalid', /not JSON/],
      ['answers with a list', json(200, ['canary']), 'upstream_invalid', /not JSON/],
      ['gives no token', granted(undefined), 'upstream_invalid', /accessToken/],
      [
        'gives a token that no header can hold',
        granted('canary\r\nx: y'),
        'upstream_invalid',
        /accessToken/,
      ],
      [
        'gives a token of another kind',
        granted('canary', { tokenType: 'mac' }),
        'upstream_invalid',
        /no bearer/,
      ],
      ['gives a token that is over', granted(bearer(1_893_455_000)), 'upstream_invalid', /clock/],
      [
        'never stops',
        (_, o) => void o.writeHead(200).write('canary'.repeat(60_000)),
        'upstream_invalid',
        /without end/,
      ],
      ['breaks off', truncated, 'temporarily_unavailable', /could not be reached, or/],
      [
        'drops the connection',
        (_, o) => void o.destroy(),
        'temporarily_unavailable',
        /could not be reached/,
      ],
      ['is broken', json(500, envelope(500, 'canary')), 'temporarily_unavailable', /500/],
      ['is too busy', html(503), 'temporarily_unavailable', /503/],
      ['is too slow for its gateway', html(504), 'upstream_timeout', /504/],
    ])('that %s is told by its code', async (_, answer, code, message) => {
      const server = await serverThat(answer)
      const error = await rejectionOf(minterOf(server).mint(requestFor()))
      expect(error).toMatchObject({
        name: 'MintError',
        code,
        message: expect.stringMatching(message),
      })
      const { assertion } = exchangeIn(server)
      const printed = inspect(error, { depth: 9, showHidden: true })
      for (const secret of ['canary', assertion, assertion.split('.')[2] ?? '', ...secrets])
        expect(printed).not.toContain(secret)
      expect(server.calls()).toBe(1)
    })

    it.each([
      ['7', 7_000],
      [new Date(NOW + 9_750).toUTCString(), 9_750],
      ['-1', undefined],
      ['soon', undefined],
    ])('and asks to be left alone for %s is left alone', async (header, retryAfterMs) => {
      const answer = json(429, envelope(429, 'slow down'), { 'retry-after': header })
      const error = await rejectionOf(minterOf(await serverThat(answer)).mint(requestFor()))
      expect(error).toMatchObject({ code: 'temporarily_unavailable' })
      expect((error as { retryAfterMs?: number }).retryAfterMs).toBe(retryAfterMs)
    })

    it('names Skyflow’s request, if it is fit for a log', async () => {
      const named = json(401, envelope(401, 'no'), { 'x-request-id': 'ab-12' })
      const odd = json(401, envelope(401, 'no'), { 'x-request-id': 'a b<script>' })
      const server = await serverThat(named, odd)
      const minter = minterOf(server)
      expect(String(await rejectionOf(minter.mint(requestFor())))).toContain('(request ab-12)')
      expect(String(await rejectionOf(minter.mint(requestFor())))).not.toContain('script')
    })

    it('that never answers is given up at the broker’s deadline', async () => {
      const controller = new AbortController()
      const server = await serverThat(() => controller.abort())
      const error = await rejectionOf(
        minterOf(server).mint(requestFor({ signal: controller.signal })),
      )
      expect(error).toMatchObject({ code: 'upstream_timeout' })
    })

    it('that cannot be reached is told so', async () => {
      const credentials = credentialsFor('http://127.0.0.1:1/token')
      const error = await rejectionOf(skyflow({ credentials, vaultUrl }).mint(requestFor()))
      expect(error).toMatchObject({ code: 'temporarily_unavailable' })
    })
  })
})
