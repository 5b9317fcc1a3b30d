import { describe, expect, it } from 'vitest'
import { BROWSER_HEADERS, COOKIE } from './harness.ts'
import { createProxied, rawRequest, sendRaw, statusOf } from './proxy-harness.ts'

const AT = '/api/broker/proxy/cards/v1/x'

/** What a browser, a proxy on the way, or somebody with a socket could send along. */
const NEVER: Record<string, string> = {
  Authorization: 'Bearer canary-page',
  'Proxy-Authorization': 'Basic canary-page',
  Cookie: `__Host-session=${COOKIE}; b=canary-page`,
  Cookie2: 'canary-page',
  Origin: 'https://app.test',
  Referer: 'https://app.test/canary-page',
  Forwarded: 'for=canary-page;host=canary-page',
  'X-Forwarded-For': 'canary-page',
  'X-Forwarded-Host': 'canary-page',
  'X-Forwarded-Proto': 'canary-page',
  'X-Forwarded-Prefix': '/canary-page',
  'X-Real-IP': 'canary-page',
  'X-Original-URL': '/canary-page',
  'X-Rewrite-URL': '/canary-page',
  'X-Host': 'canary-page',
  'X-HTTP-Method-Override': 'DELETE',
  'X-HTTP-Method': 'DELETE',
  'X-Method-Override': 'DELETE',
  'X-Skyflow-Authorization': 'canary-page',
  'X-Api-Key': 'canary-page',
  'X-Foo': 'canary-page',
  'X-Valet-Key': '1',
  'Sec-Fetch-Site': 'same-origin',
  'Sec-Fetch-Dest': 'empty',
  'Sec-Ch-Ua': 'canary-page',
  'User-Agent': 'canary-page',
  DNT: '1',
  Via: '1.1 canary-page',
  TE: 'trailers',
  Trailer: 'canary-page',
  Upgrade: 'h2c',
  'HTTP2-Settings': 'canary-page',
  'Keep-Alive': 'timeout=99',
  'Proxy-Connection': 'keep-alive',
  'Accept-Encoding': 'gzip, br',
  'Max-Forwards': '0',
  Expect: 'canary-page',
}

const CROSS: Record<string, string> = {
  Accept: 'application/vnd.test+json',
  'Accept-Language': 'de, en;q=0.5',
  'Content-Type': 'application/vnd.test+json; charset=utf-8',
  'Content-Language': 'de',
  'Idempotency-Key': 'k-1',
  'If-Match': '"e1"',
  'If-None-Match': '"e2", W/"e3"',
  'If-Modified-Since': 'Sat, 21 Nov 2026 00:00:00 GMT',
  'If-Unmodified-Since': 'Sat, 21 Nov 2026 00:00:00 GMT',
  'If-Range': '"e1"',
  Range: 'bytes=0-9',
  Prefer: 'return=minimal',
  Traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  Tracestate: 'a=b',
}

/** What `fetch` and HTTP add by themselves, with the values they have to have. */
const OWN: Record<string, string | RegExp> = {
  host: /^127\.0\.0\.1:\d+$/,
  authorization: 'Bearer test.cards.1',
  'accept-encoding': 'identity',
  'user-agent': 'valetkey-broker',
  connection: 'keep-alive',
  'sec-fetch-mode': 'cors',
  'content-length': '2',
  // As `fetch` says for a conditional request.
  'cache-control': 'no-cache',
  pragma: 'no-cache',
}

const raw = (headers: Record<string, string>): string => {
  const own = { Host: 'evil.example', ...BROWSER_HEADERS, ...headers, Connection: 'close, X-Foo' }
  const lines = Object.entries(own).map(([name, value]) => `${name}: ${value}`)
  return `POST ${AT} HTTP/1.1\r\n${lines.join('\r\n')}\r\nContent-Length: 2\r\n\r\n{}`
}

describe('on the way to the vault', () => {
  it('only the listed headers cross, and the Host is the vault’s', async () => {
    const { served, vault } = await createProxied()
    expect(statusOf(await sendRaw(served.url, raw({ ...NEVER, ...CROSS })))).toBe(200)
    const seen = new Map(Object.entries(vault.seen[0]?.headers ?? {}))
    for (const [name, value] of Object.entries(CROSS)) {
      expect([name, seen.get(name.toLowerCase())]).toEqual([name, value])
      seen.delete(name.toLowerCase())
    }
    for (const [name, value] of Object.entries(OWN)) {
      expect(String(seen.get(name))).toMatch(value)
      seen.delete(name)
    }
    expect([...seen]).toEqual([])
    expect(vault.seen[0]?.rawHeaders.join('\n')).not.toMatch(/canary|evil\.example/)
    expect(vault.seen[0]).toMatchObject({ method: 'POST', url: '/v1/x', body: '{}' })
  })

  it('a header that Connection names does not cross, although it is listed', async () => {
    const { served, vault } = await createProxied()
    const headers = ['Connection: Idempotency-Key, if-match', 'Idempotency-Key: k', 'If-Match: "e"']
    expect(statusOf(await sendRaw(served.url, rawRequest(AT, { headers })))).toBe(200)
    expect(vault.seen[0]?.headers).not.toHaveProperty('idempotency-key')
    expect(vault.seen[0]?.headers).not.toHaveProperty('if-match')
    expect(vault.seen[0]?.headers).toHaveProperty('accept')
  })

  it.each<[string, string]>([
    ['two lengths', 'Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}'],
    ['a length and chunks', 'Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}'],
    ['a length in words', 'Content-Length: two\r\n\r\n{}'],
    ['a length below zero', 'Content-Length: -2\r\n\r\n{}'],
    ['two lengths in one', 'Content-Length: 2, 2\r\n\r\n{}'],
    ['an encoding nobody knows', 'Transfer-Encoding: xchunked\r\n\r\n{}'],
    ['chunks that are not the last encoding', 'Transfer-Encoding: chunked, gzip\r\n\r\n{}'],
    ['a space before the colon', 'Content-Length : 2\r\n\r\n{}'],
    ['a folded header', 'X-A: b\r\n Cookie: c\r\nContent-Length: 2\r\n\r\n{}'],
    ['a bare line feed', 'X-A: b\nX-B: c\r\nContent-Length: 2\r\n\r\n{}'],
    ['a NUL', 'X-A: b\0c\r\nContent-Length: 2\r\n\r\n{}'],
    ['a broken chunk', 'Transfer-Encoding: chunked\r\n\r\nZZ\r\n{}\r\n0\r\n\r\n'],
  ])('%s is refused', async (_, rest) => {
    const { served, vault } = await createProxied()
    const head = rawRequest(AT, { method: 'POST' }).replace(/\r\n\r\n$/, '\r\n')
    const status = statusOf(await sendRaw(served.url, head + rest))
    expect(status).toBeGreaterThanOrEqual(400)
    expect(status).toBeLessThan(500)
    expect(vault.seen).toEqual([])
  })

  it('a second request hidden in the body stays a body', async () => {
    const { served, vault } = await createProxied()
    const hidden = `GET ${AT}/hidden HTTP/1.1\r\nHost: a\r\n\r\n`
    expect(
      statusOf(await sendRaw(served.url, rawRequest(AT, { method: 'POST', body: hidden }))),
    ).toBe(200)
    expect(vault.seen).toMatchObject([{ url: '/v1/x', body: hidden }])
  })

  it('the body of a GET is left behind', async () => {
    const { served, vault } = await createProxied()
    expect(statusOf(await sendRaw(served.url, rawRequest(AT, { body: '{}' })))).toBe(200)
    expect(vault.seen).toMatchObject([{ method: 'GET', body: '' }])
    expect(vault.seen[0]?.headers).not.toHaveProperty('content-length')
  })
})

describe('on the way back', () => {
  it('only the listed headers cross, beside the broker’s own', async () => {
    const { call } = await createProxied({
      vault: (_, outgoing) => {
        outgoing.writeHead(201, {
          'Content-Type': 'text/html',
          'Content-Length': '8',
          'Content-Disposition': 'attachment; filename="a.html"',
          'Content-Language': 'de',
          ETag: '"e1"',
          'Last-Modified': 'Sat, 21 Nov 2026 00:00:00 GMT',
          'Retry-After': '7',
          'X-Request-Id': 'vault-id-1',
          'Set-Cookie': ['canary-vault=1; Path=/', '__Host-session=canary-vault'],
          'WWW-Authenticate': 'Bearer realm="canary-vault"',
          'Proxy-Authenticate': 'Basic',
          'Authentication-Info': 'canary-vault',
          'Access-Control-Allow-Origin': '*',
          'Access-Control-Allow-Credentials': 'true',
          'Access-Control-Expose-Headers': '*',
          'Cache-Control': 'public, max-age=31536000',
          Expires: 'Sat, 21 Nov 2099 00:00:00 GMT',
          Age: '1',
          Vary: '*',
          'Content-Security-Policy': "script-src 'unsafe-inline'",
          'X-Content-Type-Options': 'sniff',
          'Cross-Origin-Resource-Policy': 'cross-origin',
          'Strict-Transport-Security': 'max-age=0',
          'Clear-Site-Data': '"*"',
          'Service-Worker-Allowed': '/',
          'Alt-Svc': 'h3=":443"',
          NEL: '{}',
          'Report-To': '{}',
          Refresh: '0; url=https://evil.example',
          Location: 'https://vault.internal/canary-vault',
          Link: '<https://evil.example>; rel=preload',
          SourceMap: 'https://evil.example',
          Server: 'canary-vault',
          'X-Valet-Key': '1',
          'X-Powered-By': 'canary-vault',
        })
        outgoing.end('<script>')
      },
    })
    const response = await call('v1/x')
    expect(response.status).toBe(201)
    expect(await response.text()).toBe('<script>')
    const headers = Object.fromEntries(response.headers)
    const { date, connection, 'keep-alive': _, ...rest } = headers
    expect([date, connection]).toEqual([expect.any(String), 'keep-alive'])
    expect(rest).toEqual({
      'content-type': 'text/html',
      'content-length': '8',
      'content-disposition': 'attachment; filename="a.html"',
      'content-language': 'de',
      etag: '"e1"',
      'last-modified': 'Sat, 21 Nov 2026 00:00:00 GMT',
      'retry-after': '7',
      'x-request-id': 'vault-id-1',
      'cache-control': 'no-store',
      pragma: 'no-cache',
      vary: 'Cookie, Authorization, Origin, Sec-Fetch-Site',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
      'cross-origin-resource-policy': 'same-origin',
    })
  })

  it('a request id that is no id is replaced by the broker’s', async () => {
    const { call, events } = await createProxied({
      vault: (_, outgoing) => outgoing.setHeader('X-Request-Id', 'a <b> "c"').end('x'),
    })
    const response = await call('v1/x')
    await response.arrayBuffer()
    const answer = events.find(({ event }) => event === 'answer')
    expect(answer).toMatchObject({ requestId: response.headers.get('X-Request-Id') })
  })

  it('a body without a type is bytes, not something to guess', async () => {
    const { call } = await createProxied({ vault: (_, outgoing) => outgoing.end('<html>') })
    const response = await call('v1/x')
    expect(response.headers.get('Content-Type')).toBe('application/octet-stream')
    expect(await response.text()).toBe('<html>')
  })
})

describe('with another origin listed', () => {
  const APP = 'https://other-app.example'

  it('a preflight names the methods of all rules, and whatever may cross, for any audience', async () => {
    const { served, vault } = await createProxied({ app: { origins: [APP] } })
    const preflight = async (path: string, origin = APP) => {
      const headers = { Origin: origin, 'Access-Control-Request-Method': 'PUT' }
      const response = await fetch(`${served.url}/proxy/${path}`, { method: 'OPTIONS', headers })
      return { status: response.status, headers: response.headers }
    }
    for (const path of ['cards/v1/x', 'nobody/v1/x']) {
      const { status, headers } = await preflight(path)
      expect(status).toBe(204)
      expect(headers.get('Access-Control-Allow-Origin')).toBe(APP)
      expect(headers.get('Access-Control-Allow-Methods')).toBe(
        'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS',
      )
      expect(headers.get('Access-Control-Allow-Headers')).toMatch(
        /Content-Type.*Idempotency-Key.*Authorization, X-Valet-Key/,
      )
    }
    const { headers } = await preflight('cards/v1/x', 'https://evil.example')
    expect(headers.get('Access-Control-Allow-Origin')).toBeNull()
    expect(vault.seen).toEqual([])
  })

  it('an answer can be read there, the vault’s own id and dates included', async () => {
    const { call } = await createProxied({ app: { origins: [APP] } })
    const response = await call('v1/x', {
      headers: { Origin: APP, 'Sec-Fetch-Site': 'cross-site' },
    })
    expect(response.headers.get('Access-Control-Allow-Origin')).toBe(APP)
    const exposed = response.headers.get('Access-Control-Expose-Headers')?.split(', ')
    expect(exposed).toEqual(
      expect.arrayContaining(['ETag', 'Retry-After', 'X-Request-Id', 'X-Valet-Key']),
    )
    await response.arrayBuffer()
  })
})
