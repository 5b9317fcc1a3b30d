import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Minter, MintRequest } from '@valetkey/broker'
import { oauth2, type OAuth2Options } from '@valetkey/broker/oauth2'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createManualClock } from '../harness.ts'

const SECRET = 'canary-client-secret'

function requestFor(changes: Partial<MintRequest> = {}): MintRequest {
  const { signal } = new AbortController()
  return { audience: 'reports', lifetimeMs: 600_000, signal, ...changes }
}

const rejectionOf = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'a token',
    (error: unknown) => error,
  )

/** A token endpoint that answers as told. */
async function endpointThat(answer: RequestListener): Promise<string> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`
}

const json =
  (status: number, content: unknown, headers: Record<string, string> = {}): RequestListener =>
  (_, outgoing) =>
    outgoing
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(typeof content === 'string' ? content : JSON.stringify(content))
const granted = (rest: object): RequestListener =>
  json(200, { access_token: 'opaque-canary', token_type: 'Bearer', ...rest })

const clock = createManualClock()
async function minterAt(
  answer: RequestListener,
  options: Partial<OAuth2Options> = {},
): Promise<Minter> {
  const tokenEndpoint = await endpointThat(answer)
  return oauth2({ tokenEndpoint, clientId: 'c', clientSecret: SECRET, clock, ...options })
}

describe('oauth2 at a server that misbehaves', () => {
  it.each<[string, RequestListener, string, number | undefined]>([
    ['429 with seconds', json(429, {}, { 'retry-after': '7' }), 'temporarily_unavailable', 7_000],
    [
      '429 with a date',
      json(429, {}, { 'retry-after': new Date(clock.now() + 9_000).toUTCString() }),
      'temporarily_unavailable',
      9_000,
    ],
    ['503 without a word', json(503, 'down'), 'temporarily_unavailable', undefined],
    [
      '429 with nonsense',
      json(429, {}, { 'retry-after': '-1' }),
      'temporarily_unavailable',
      undefined,
    ],
    ['500', json(500, {}), 'temporarily_unavailable', undefined],
    ['504', json(504, {}), 'upstream_timeout', undefined],
    [
      '400 slow_down',
      json(400, { error: 'slow_down' }, { 'retry-after': '5' }),
      'temporarily_unavailable',
      5_000,
    ],
    ['400 invalid_scope', json(400, { error: 'invalid_scope' }), 'invalid_target', undefined],
    ['400 invalid_client', json(400, { error: 'invalid_client' }), 'upstream_auth', undefined],
    ['400 something of its own', json(400, { error: 'Canary! words' }), 'upstream_auth', undefined],
    [
      '200 with HTML',
      json(200, '<html>canary</html>', { 'content-type': 'text/html' }),
      'upstream_invalid',
      undefined,
    ],
    ['200 cut off', json(200, '{"access_token":"canary'), 'upstream_invalid', undefined],
    ['200 without a token', json(200, { token_type: 'Bearer' }), 'upstream_invalid', undefined],
    [
      '200 with a token that is bound to a key',
      granted({ token_type: 'DPoP' }),
      'upstream_invalid',
      undefined,
    ],
    ['200 with a life of 0', granted({ expires_in: 0 }), 'upstream_invalid', undefined],
    ['200 with a life of less', granted({ expires_in: -5 }), 'upstream_invalid', undefined],
    ['200 with a life in words', granted({ expires_in: 'soon' }), 'upstream_invalid', undefined],
    [
      'a redirect',
      json(302, '', { location: 'https://evil.example/' }),
      'upstream_invalid',
      undefined,
    ],
    [
      '200 without end',
      (_, outgoing) =>
        outgoing
          .writeHead(200, { 'content-type': 'application/json' })
          .end(
            JSON.stringify({ access_token: 'x', token_type: 'Bearer', more: ' '.repeat(300_000) }),
          ),
      'upstream_invalid',
      undefined,
    ],
    [
      'nothing but a closed connection',
      (incoming) => incoming.destroy(),
      'temporarily_unavailable',
      undefined,
    ],
  ])('understands %s', async (...[, answer, code, retryAfterMs]) => {
    const minter = await minterAt(answer)
    const error = await rejectionOf(minter.mint(requestFor({ lifetimeMs: 3_600_000 })))
    expect(error).toMatchObject({ code })
    const { retryAfterMs: found } = error as { retryAfterMs?: number }
    // An HTTP-date has whole seconds.
    expect(found === undefined ? found : Math.ceil(found / 1000) * 1000).toBe(retryAfterMs)
    expect((error as Error).message).not.toContain('canary')
    expect((error as Error).message).not.toContain('Canary')
  })

  it('gives up when the broker does', async () => {
    const minter = await minterAt(() => {})
    const abort = new AbortController()
    const outcome = rejectionOf(minter.mint(requestFor({ signal: abort.signal })))
    abort.abort(new Error('deadline'))
    expect(await outcome).toMatchObject({ code: 'upstream_timeout' })
  })

  it.each<[string, object, number, Partial<OAuth2Options>]>([
    ['what the server says', { expires_in: 300 }, 300, {}],
    ['what was asked for, where the rest is rounding or clocks', { expires_in: 3_630 }, 3_600, {}],
    ['the fallback, where nobody says', {}, 300, {}],
    ['another fallback', {}, 60, { fallbackLifetimeMs: 60_000 }],
    ['a text, as some have it', { expires_in: '120' }, 120, {}],
    [
      'its own exp, before what is said',
      {
        access_token: `e30.${Buffer.from(JSON.stringify({ exp: Math.floor(clock.now() / 1000) + 100 })).toString('base64url')}.x`,
        expires_in: 300,
      },
      100,
      {},
    ],
  ])('counts a life by %s', async (...[, content, seconds, options]) => {
    const minter = await minterAt(granted(content), options)
    const { expiresAt } = await minter.mint(requestFor({ lifetimeMs: 3_600_000 }))
    expect(Math.abs((expiresAt - clock.now()) / 1000 - seconds)).toBeLessThan(1)
  })

  it('refuses a token that lives far longer than is known, and says what to set', async () => {
    const minter = await minterAt(granted({ expires_in: 86_400 }))
    expect(await rejectionOf(minter.mint(requestFor({ lifetimeMs: 3_600_000 })))).toMatchObject({
      code: 'upstream_invalid',
      message: expect.stringContaining('set lifetimeMs: 86400000'),
    })
  })

  it('looks an issuer up once, at its RFC 8414 place where it has no other', async () => {
    const paths: string[] = []
    const endpoint = await endpointThat((incoming, outgoing) => {
      paths.push(incoming.url ?? '')
      const issuer = `http://${incoming.headers.host}`
      const metadata = { issuer, token_endpoint: `${issuer}/token` }
      if (incoming.url === '/token') granted({ expires_in: 600 })(incoming, outgoing)
      else if (incoming.url?.includes('oauth-authorization-server'))
        json(200, metadata)(incoming, outgoing)
      else json(404, {})(incoming, outgoing)
    })
    const minter = oauth2({
      issuer: new URL(endpoint).origin,
      clientId: 'c',
      clientSecret: SECRET,
      clock,
    })
    await minter.mint(requestFor())
    await minter.mint(requestFor())
    expect(paths).toEqual([
      '/.well-known/openid-configuration',
      '/.well-known/oauth-authorization-server',
      '/token',
      '/token',
    ])
  })

  it('sends its secret to no endpoint without TLS that an issuer names', async () => {
    const endpoint = await endpointThat((incoming, outgoing) => {
      const issuer = `http://${incoming.headers.host}`
      json(200, { issuer, token_endpoint: 'http://evil.example/token' })(incoming, outgoing)
    })
    const minter = oauth2({ issuer: new URL(endpoint).origin, clientId: 'c', clientSecret: SECRET })
    expect(await rejectionOf(minter.mint(requestFor()))).toMatchObject({ code: 'upstream_invalid' })
  })
})
