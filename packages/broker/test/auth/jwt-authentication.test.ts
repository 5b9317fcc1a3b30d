import {
  type JwtAuthenticationOptions,
  JwksUnavailableError,
  jwtAuthentication,
} from '@valetkey/broker/auth'
import type { JWTPayload } from 'jose'
import { describe, expect, it } from 'vitest'
import { createApp, createManualClock, tokenRequest } from '../harness.ts'
import { createTokenSigner, startLoginService } from './login-service.ts'

const ISSUER = 'https://login.example/'
const AUDIENCE = 'https://api.example'
const clock = createManualClock(Date.now())
const NOW = Math.floor(clock.now() / 1000)
const signer = await createTokenSigner('one')
const good = { iss: ISSUER, aud: AUDIENCE, sub: 'ada', sid: 's-1', exp: NOW + 300 }
const options = { jwks: { keys: [signer.publicJwk] }, issuer: ISSUER, audience: AUDIENCE, clock }

const requestWith = (token: string): Request =>
  new Request('https://app.test/api/broker/tokens', {
    headers: { Authorization: `Bearer ${token}` },
  })

const whoSent = async (
  claims: object,
  { header = {}, ...changes }: Partial<JwtAuthenticationOptions> & { header?: object } = {},
) =>
  jwtAuthentication({ ...options, ...changes })(requestWith(await signer.sign(claims, header)), {
    background: false,
  })

describe('jwtAuthentication', () => {
  it('knows the user, the login and its end by the token', async () => {
    expect(await whoSent({ ...good, roles: ['nurse', 7] })).toEqual({
      subject: 'ada',
      login: '["ada","s-1"]',
      expiresAt: (NOW + 300) * 1000,
      roles: ['nurse'],
      claims: { ...good, roles: ['nurse', 7] },
    })
  })

  it('reads what it is told to', async () => {
    const claims = { ...good, email: 'ada@example.com', 'cognito:groups': ['a'], ward: 3 }
    const changes = {
      subjectClaim: 'email',
      login: ({ iat }: JWTPayload) => `at ${iat ?? 'once'}`,
      roles: 'cognito:groups',
      expiresAt: () => undefined,
      context: ({ ward }: JWTPayload) => ({ ward }),
    }
    const principal = await whoSent(claims, changes)
    expect(principal).toMatchObject({
      subject: 'ada@example.com',
      login: 'at once',
      roles: ['a'],
      context: { ward: 3 },
    })
    expect(principal).not.toHaveProperty('expiresAt')
  })

  it('keeps a login through the renewal of its token, and tells the next sign-in', async () => {
    const loginOf = async (claims: object) => (await whoSent({ ...good, ...claims }))?.login
    const first = await loginOf({ iat: NOW, jti: 'a' })
    expect(await loginOf({ iat: NOW + 60, jti: 'b', exp: NOW + 600 })).toBe(first)
    expect(await loginOf({ sid: 's-2' })).not.toBe(first)
    expect(await loginOf({ sub: 'bob' })).not.toBe(first)
    for (const claim of ['session_id', 'session_state', 'origin_jti']) {
      const rest = { sid: undefined, [claim]: 'x' }
      expect(await loginOf(rest)).toBe('["ada","x"]')
    }
    expect(await loginOf({ sid: undefined, auth_time: NOW })).toBe(`["ada",${NOW}]`)
    expect(await loginOf({ sid: undefined })).toBe('ada')
  })

  it.each<[string, object, object]>([
    ['of another issuer', { iss: 'https://evil.example/' }, {}],
    ['for another audience', { aud: 'https://other.example' }, {}],
    ['for no audience', { aud: undefined }, {}],
    ['that has ended', { exp: NOW - 6 }, {}],
    ['without an end', { exp: undefined }, {}],
    ['that begins later', { nbf: NOW + 60 }, {}],
    ['without a user', { sub: undefined }, {}],
    ['with an empty user', { sub: '' }, {}],
    ['with a number for a user', { sub: 7 }, {}],
    ['of a key that is not there', {}, { kid: 'two' }],
    ['with a critical header nobody knows', {}, { crit: ['x'], x: 1 }],
  ])('takes a token %s for nobody', async (_, changes, header) => {
    const token = await signer.sign({ ...good, ...changes }, header).catch(() => 'none.at.all')
    expect(await jwtAuthentication(options)(requestWith(token), { background: false })).toBeNull()
  })

  it('takes a token that ended within the tolerance, and none signed otherwise', async () => {
    expect(await whoSent({ ...good, exp: NOW - 3 })).toMatchObject({ subject: 'ada' })
    expect(await whoSent({ ...good, exp: NOW - 3 }, { clockToleranceMs: 0 })).toBeNull()
    expect(await whoSent(good, { algorithms: ['RS256'] })).toBeNull()
    expect(await whoSent(good, { typ: 'at+jwt' })).toBeNull()
    expect(await whoSent(good, { typ: 'at+jwt', header: { typ: 'at+jwt' } })).not.toBeNull()
  })

  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

  it.each<[string, string]>([
    ['nothing', ''],
    ['words', 'not-a-token'],
    ['alg none', `${part({ alg: 'none' })}.${part(good)}.`],
    ['a secret that is the public key', `${part({ alg: 'HS256', kid: 'one' })}.${part(good)}.c2ln`],
    ['five parts', 'a.b.c.d.e'],
    ['other characters', 'ä.ö.ü'],
  ])('takes %s for nobody', async (_, token) => {
    const request = new Request('https://app.test/')
    if (!token.includes('ä')) request.headers.set('Authorization', `Bearer ${token}`)
    expect(await jwtAuthentication(options)(request, { background: false })).toBeNull()
  })

  it('takes a changed token for nobody', async () => {
    const [header, , signature] = (await signer.sign(good)).split('.')
    const forged = `${header}.${part({ ...good, sub: 'root' })}.${signature}`
    expect(await jwtAuthentication(options)(requestWith(forged), { background: false })).toBeNull()
  })

  it('finds the token where the app has it', async () => {
    const authenticate = jwtAuthentication({
      ...options,
      token: ({ headers }) => headers.get('X-Assertion'),
    })
    const request = new Request('https://app.test/', {
      headers: { 'X-Assertion': await signer.sign(good) },
    })
    expect(await authenticate(request, { background: false })).toMatchObject({ subject: 'ada' })
  })
})

describe('keys that are fetched', () => {
  async function serviceAnd(changes: Partial<JwtAuthenticationOptions> = {}) {
    const keys = [signer.publicJwk]
    const service = await startLoginService(() => keys)
    const { jwks: _, ...rest } = options
    const own = createManualClock(clock.now())
    const authenticate = jwtAuthentication({
      ...rest,
      jwksUrl: service.jwksUrl,
      clock: own,
      ...changes,
    })
    const who = async (token: string): Promise<unknown> =>
      authenticate(requestWith(token), { background: false })
    return { service, keys, who, own }
  }

  it('are fetched once for many, however odd the tokens', async () => {
    const { service, who } = await serviceAnd()
    const stranger = await createTokenSigner('stranger')
    const tokens = await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        n % 2 ? signer.sign(good) : stranger.sign(good, { kid: `k${n}` }),
      ),
    )
    const found = await Promise.all(tokens.map(who))
    expect(found.filter((principal) => principal !== null)).toHaveLength(20)
    expect(service.fetches()).toBe(1)
  })

  it('are fetched again for a new key', async () => {
    const { service, keys, who } = await serviceAnd({ jwksCooldownMs: 0 })
    expect(await who(await signer.sign(good))).not.toBeNull()
    const next = await createTokenSigner('two')
    const token = await next.sign(good)
    keys.push(next.publicJwk)
    expect(await who(token)).not.toBeNull()
    expect(service.fetches()).toBe(2)
  })

  it.each<[string, (service: Awaited<ReturnType<typeof startLoginService>>) => void]>([
    ['answers 500', (service) => (service.answer = (_, outgoing) => outgoing.writeHead(500).end())],
    ['answers nonsense', (service) => (service.answer = (_, outgoing) => outgoing.end('<html>'))],
    [
      'answers another shape',
      (service) => (service.answer = (_, outgoing) => outgoing.end('{"keys":1}')),
    ],
    ['breaks off', (service) => (service.answer = (incoming) => incoming.destroy())],
    ['says nothing', (service) => (service.answer = () => {})],
  ])(
    'of a service that %s are an outage and not the token’s fault, asked for once a while',
    async (_, spoil) => {
      const { service, who, own } = await serviceAnd({ jwksTimeoutMs: 200 })
      const healthy = service.answer
      spoil(service)
      const token = await signer.sign(good)
      for (let n = 0; n < 3; n += 1)
        expect(await who(token).catch((error: unknown) => error)).toBeInstanceOf(
          JwksUnavailableError,
        )
      expect(service.fetches()).toBe(1)
      service.answer = healthy
      own.advance(3_000)
      expect(await who(token)).toMatchObject({ subject: 'ada' })
    },
  )

  it('that cannot be fetched are 503 at the broker, a bad token 401, and a good one is served', async () => {
    const { service, who: _, own } = await serviceAnd()
    const { jwks: __, ...rest } = options
    const authenticate = jwtAuthentication({ ...rest, jwksUrl: service.jwksUrl, clock: own })
    const { broker, faults } = createApp({ clock: own, authenticate })
    const ask = async (token: string): Promise<Response> =>
      broker.fetch(
        tokenRequest(
          { tokens: [{ id: '1', audience: 'cards' }] },
          { Cookie: undefined, Authorization: `Bearer ${token}` },
        ),
      )
    const healthy = service.answer
    service.answer = (_, outgoing) => outgoing.writeHead(500).end()
    const down = await ask(await signer.sign(good))
    expect([down.status, (await down.json()).error]).toEqual([503, 'temporarily_unavailable'])
    expect(faults()).toMatchObject([
      { where: 'authenticate', detail: expect.stringContaining('check jwksUrl') },
    ])
    service.answer = healthy
    own.advance(3_000)
    expect((await ask(await signer.sign({ ...good, exp: NOW - 60 }))).status).toBe(401)
    const answer = await ask(await signer.sign({ ...good, exp: NOW + 63 }))
    expect(answer.status).toBe(200)
    expect((await answer.json()).tokens[0].expires_in).toBeLessThanOrEqual(60)
  })
})

describe('options of jwtAuthentication', () => {
  it.each<[string, object, RegExp]>([
    ['jwksUrl', { jwks: undefined }, /jwks must; give one of the two/],
    ['jwksUrl', { jwksUrl: 'https://login.example' }, /give one of the two/],
    [
      'jwksUrl',
      { jwks: undefined, jwksUrl: 'http://login.example' },
      /no address that keys may come from/,
    ],
    ['jwks', { jwks: {} }, /no key set/],
    ['issuer', { issuer: '' }, /made for others would be taken/],
    ['audience', { audience: undefined }, /made for others would be taken/],
    ['audience', { audience: [] }, /made for others would be taken/],
    ['algorithms', { algorithms: ['ES256', 'HS256'] }, /by key pair/],
    ['algorithms', { algorithms: ['none'] }, /by key pair/],
    ['algorithms', { algorithms: [] }, /by key pair/],
    ['jwksURL', { jwksURL: 'x' }, /did you mean jwksUrl\?/],
  ])('stop the start with a wrong %s (%#)', (field, changes, words) => {
    expect(() => jwtAuthentication({ ...options, ...changes } as never)).toThrow(words)
    expect(() => jwtAuthentication({ ...options, ...changes } as never)).toThrow(field)
  })
})
