import { describe, expect, it } from 'vitest'
import { createTestMinter } from '../src/testing/index.ts'
import { MintError } from '../src/index.ts'
import { type App, type AppOptions, ask, BASE, createApp, tokenRequest } from './harness.ts'

const APP = 'https://other-app.example'
const FIXED: Readonly<Record<string, string>> = {
  'Cache-Control': 'no-store',
  Pragma: 'no-cache',
  Vary: 'Cookie, Authorization, Origin, Sec-Fetch-Site',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Valet-Key': '1',
}

const to = (path: string, init: RequestInit = {}): Request => new Request(`${BASE}${path}`, init)
const item = { id: '1', audience: 'cards' }

/** One of each kind of response that a broker has. */
const KINDS: [string, number, (app: App) => Promise<Response>][] = [
  ['a token', 200, async ({ broker }) => (await ask(broker, 'cards')).response],
  [
    'a partial failure',
    200,
    async ({ broker }) => (await ask(broker, 'cards', 'nothing')).response,
  ],
  ['health', 200, ({ broker }) => broker.fetch(to('/healthz'))],
  ['health, head only', 200, ({ broker }) => broker.fetch(to('/healthz', { method: 'HEAD' }))],
  ['readiness', 200, ({ broker }) => broker.fetch(to('/readyz'))],
  ['OPTIONS', 204, ({ broker }) => broker.fetch(to('/tokens', { method: 'OPTIONS' }))],
  ['a bad body', 400, ({ broker }) => broker.fetch(tokenRequest('{'))],
  ['a bad version', 400, ({ broker }) => broker.fetch(tokenRequest({}, { 'X-Valet-Key': '2' }))],
  [
    'no login',
    401,
    ({ broker }) => broker.fetch(tokenRequest({ tokens: [item] }, { Cookie: undefined })),
  ],
  [
    'no version header',
    403,
    ({ broker }) => broker.fetch(tokenRequest({}, { 'X-Valet-Key': undefined })),
  ],
  [
    'a stranger',
    403,
    ({ broker }) => broker.fetch(tokenRequest({}, { 'Sec-Fetch-Site': 'cross-site' })),
  ],
  ['a forbidden audience', 403, async ({ broker }) => (await ask(broker, 'nothing')).response],
  ['an unknown path', 404, ({ broker }) => broker.fetch(to('/nothing'))],
  [
    'OPTIONS of an unknown path',
    404,
    ({ broker }) => broker.fetch(to('/nothing', { method: 'OPTIONS' })),
  ],
  ['a wrong method', 405, ({ broker }) => broker.fetch(to('/tokens'))],
  [
    'a wrong method for health',
    405,
    ({ broker }) => broker.fetch(to('/healthz', { method: 'POST' })),
  ],
  [
    'an answer nobody could read',
    406,
    ({ broker }) => broker.fetch(tokenRequest({}, { Accept: 'text/html' })),
  ],
  ['a large body', 413, ({ broker }) => broker.fetch(tokenRequest(' '.repeat(16_385)))],
  [
    'another type',
    415,
    ({ broker }) => broker.fetch(tokenRequest({}, { 'Content-Type': 'text/plain' })),
  ],
  [
    'a bug',
    500,
    async ({ broker, minter }) => {
      minter.fail(new Error('bug'))
      return (await ask(broker, 'cards')).response
    },
  ],
  [
    'a bad upstream',
    502,
    async ({ broker, minter }) => {
      minter.fail(new MintError('upstream_invalid', 'html'))
      return (await ask(broker, 'cards')).response
    },
  ],
  [
    'a broker that shuts down',
    503,
    async ({ broker }) => {
      await broker.close()
      return (await ask(broker, 'cards')).response
    },
  ],
  [
    'a broker that is not ready',
    503,
    async ({ broker }) => {
      await broker.close()
      return broker.fetch(to('/readyz'))
    },
  ],
]

describe('every response', () => {
  it.each(KINDS)('has every header of the protocol: %s (%i)', async (_, status, respond) => {
    const response = await respond(createApp())
    expect(response.status).toBe(status)
    for (const [name, value] of Object.entries(FIXED))
      expect(response.headers.get(name)).toBe(value)
    expect(response.headers.get('X-Request-Id')).toMatch(/^[0-9a-f-]{36}$/)
    const names = [...response.headers.keys()]
    expect(names.filter((name) => name.startsWith('access-control'))).toEqual([])
    expect(names).not.toContain('set-cookie')
  })

  it.each(KINDS.filter(([, status]) => status >= 400))(
    'that is an error is a problem with the id of the request: %s',
    async (_, status, respond) => {
      const response = await respond(createApp())
      expect(response.headers.get('Content-Type')).toBe('application/problem+json')
      expect(await response.json()).toMatchObject({
        status,
        error: expect.stringMatching(/^[a-z_]+$/),
        error_description: expect.any(String),
        retryable: expect.any(Boolean),
        request_id: response.headers.get('X-Request-Id'),
      })
    },
  )

  it.each(KINDS)(
    'is readable by a listed app elsewhere, and says what it may read: %s',
    async (_, status, respond) => {
      const app = createApp({ origins: [APP] })
      const broker = {
        ...app.broker,
        fetch: (request: Request) => {
          const headers = new Headers(request.headers)
          headers.set('Origin', APP)
          const { method, url } = request
          const init: RequestInit & { duplex: 'half' } = {
            method,
            headers,
            body: request.body,
            duplex: 'half',
          }
          return app.broker.fetch(new Request(url, init))
        },
      }
      const response = await respond({ ...app, broker })
      // What is a stranger without the list is the app with it: then the body decides.
      expect([status, 400]).toContain(response.status)
      expect(response.headers.get('Access-Control-Allow-Origin')).toBe(APP)
      expect(response.headers.get('Access-Control-Allow-Credentials')).toBe('true')
      expect(response.headers.get('Access-Control-Expose-Headers')).toBe(
        'Date, Retry-After, X-Request-Id, X-Valet-Key',
      )
    },
  )

  it('tells the wait in whole seconds where it has one', async () => {
    const { broker, minter } = createApp()
    minter.fail(new MintError('temporarily_unavailable', 'x', { retryAfterMs: 1_200 }))
    const { response, body } = await ask(broker, 'cards')
    expect(response.headers.get('Retry-After')).toBe('2')
    expect(body.retry_after).toBe(1.2)
  })

  it('names the methods there are', async () => {
    const { broker } = createApp()
    const notAllowed = await broker.fetch(to('/tokens', { method: 'DELETE' }))
    expect(notAllowed.headers.get('Allow')).toBe('POST, OPTIONS')
    const options = await broker.fetch(to('/healthz', { method: 'OPTIONS' }))
    expect(options.headers.get('Allow')).toBe('GET, HEAD, OPTIONS')
  })

  it('names the versions spoken here to a client that speaks another', async () => {
    const { broker } = createApp()
    const response = await broker.fetch(tokenRequest({}, { 'X-Valet-Key': '2' }))
    expect(await response.json()).toMatchObject({ error: 'invalid_request', supported: ['1'] })
  })
})

describe('the place of a broker', () => {
  const at = async (basePath: string | undefined, path: string): Promise<number> => {
    const options: AppOptions = basePath === undefined ? {} : { basePath }
    const { broker } = createApp({ ...options, audiences: { cards: createTestMinter() } })
    return (await broker.fetch(new Request(`https://app.test${path}`))).status
  }

  it.each<[string | undefined, string]>([
    [undefined, '/api/broker/healthz'],
    ['/api/broker', '/api/broker/healthz?probe=1'],
    ['/vault/tokens/v1', '/vault/tokens/v1/healthz'],
    ['/', '/healthz'],
  ])('basePath %s answers at %s', async (basePath, path) => {
    expect(await at(basePath, path)).toBe(200)
  })

  it.each<[string | undefined, string]>([
    [undefined, '/healthz'],
    [undefined, '/api/broker'],
    [undefined, '/api/broker/'],
    [undefined, '/api/broker/healthz/'],
    [undefined, '/api/broker/health%7a'],
    [undefined, '/api/broker//healthz'],
    [undefined, '/x/api/broker/healthz'],
    [undefined, '/API/broker/healthz'],
    [undefined, '/api/brokerhealthz'],
    ['/', '/api/broker/healthz'],
  ])('basePath %s does not answer at %s', async (basePath, path) => {
    expect(await at(basePath, path)).toBe(404)
  })
})
