import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { type NodeHandler, serveBroker, toNodeHandler } from '../src/node.ts'
import { createProxied, sendRaw } from './proxy-harness.ts'
import { type App, BROWSER_HEADERS, createApp, until, type WireBody } from './harness.ts'

const globalsBefore = { Request: globalThis.Request, Response: globalThis.Response }
const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup()
})

const body = JSON.stringify({ tokens: [{ id: '1', audience: 'cards' }] })
const init = { method: 'POST', headers: BROWSER_HEADERS, body }

async function serve(app: App = createApp()) {
  const served = await serveBroker(app.broker)
  cleanups.push(() => served.close())
  return { ...app, ...served, tokensUrl: `${served.url}/tokens` }
}

const rawHead = (lines: readonly string[]): string =>
  [...lines, ...Object.entries(BROWSER_HEADERS).map(([name, value]) => `${name}: ${value}`)].join(
    '\r\n',
  )

describe('serveBroker', () => {
  it('serves tokens on a port of its own, at the base path', async () => {
    const { tokensUrl } = await serve()
    expect(tokensUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/api\/broker\/tokens$/)
    const response = await fetch(tokensUrl, init)
    expect(response.status).toBe(200)
    expect(response.headers.get('Cache-Control')).toBe('no-store')
    const answer = (await response.json()) as WireBody
    expect(answer.tokens).toMatchObject([{ access_token: 'test.cards.1' }])
  })

  it('leaves the globals of the process alone', async () => {
    await serve()
    const { Request, Response } = globalThis
    expect({ Request, Response }).toEqual(globalsBefore)
  })

  it('rejects where the port is taken', async () => {
    const { server } = await serve()
    const { port } = server.address() as AddressInfo
    await expect(serveBroker(createApp().broker, { port })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    })
  })

  it('mints once for 100 connections at once', async () => {
    const { tokensUrl, minter } = await serve()
    const statuses = await Promise.all(
      Array.from({ length: 100 }, async () => {
        const response = await fetch(tokensUrl, init)
        await response.arrayBuffer()
        return response.status
      }),
    )
    expect(new Set(statuses)).toEqual(new Set([200]))
    expect(minter.requests).toHaveLength(1)
  })

  it('goes on minting when the client that asked first hangs up', async () => {
    const { tokensUrl, minter } = await serve()
    const release = minter.hold()
    const controller = new AbortController()
    const first = fetch(tokensUrl, { ...init, signal: controller.signal })
    await until(() => minter.requests.length === 1)
    const second = fetch(tokensUrl, init)
    controller.abort()
    await expect(first).rejects.toThrow('aborted')
    release()
    expect((await second).status).toBe(200)
    expect(minter.requests).toHaveLength(1)
  })

  it('closes after what is under way has been answered, and frees the port', async () => {
    const { tokensUrl, minter, close, broker } = await serve()
    const release = minter.hold()
    const underWay = fetch(tokensUrl, init)
    await until(() => minter.requests.length === 1)
    const closed = close()
    const readiness = await broker.fetch(new Request(tokensUrl.replace('tokens', 'readyz')))
    expect(readiness.status).toBe(503)
    release()
    const response = await underWay
    expect(response.status).toBe(200)
    expect(response.headers.get('Connection')).toBe('close')
    await closed
    await close()
    await expect(fetch(tokensUrl, init)).rejects.toThrow('fetch failed')
  })
})

describe('bytes that no browser sends', () => {
  const length = `Content-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`

  it.each<[string, number, () => string]>([
    [
      'another Host: trust does not come from it',
      200,
      () => `${rawHead(['POST /api/broker/tokens HTTP/1.1', 'Host: evil.example'])}\r\n${length}`,
    ],
    [
      'an absolute request line',
      200,
      () =>
        `${rawHead(['POST http://evil.example/api/broker/tokens HTTP/1.1', 'Host: a'])}\r\n${length}`,
    ],
    ['no Host', 400, () => `${rawHead(['POST /api/broker/tokens HTTP/1.1'])}\r\n${length}`],
    [
      'a Host that is none',
      400,
      () => `${rawHead(['POST /api/broker/tokens HTTP/1.1', 'Host: a b/c@d'])}\r\n${length}`,
    ],
    [
      'two versions',
      400,
      () =>
        `${rawHead(['POST /api/broker/tokens HTTP/1.1', 'Host: a', 'X-Valet-Key: 1'])}\r\n${length}`,
    ],
    [
      'two content types',
      415,
      () =>
        `${rawHead(['POST /api/broker/tokens HTTP/1.1', 'Host: a', 'Content-Type: text/plain'])}\r\n${length}`,
    ],
    [
      'headers of 20 KB',
      431,
      () =>
        `${rawHead(['POST /api/broker/tokens HTTP/1.1', 'Host: a', `X-Long: ${'x'.repeat(20_000)}`])}\r\n${length}`,
    ],
    [
      'both a length and chunks',
      400,
      () =>
        `${rawHead(['POST /api/broker/tokens HTTP/1.1', 'Host: a', 'Transfer-Encoding: chunked'])}\r\n${length}`,
    ],
    ['no HTTP at all', 400, () => 'HELLO\r\n\r\n'],
    [
      'an expectation nobody knows',
      200,
      () =>
        `${rawHead(['POST /api/broker/tokens HTTP/1.1', 'Host: a', 'Expect: wonders'])}\r\n${length}`,
    ],
    [
      'a longer body than 16 KiB',
      413,
      () =>
        `${rawHead(['POST /api/broker/tokens HTTP/1.1', 'Host: a', 'Content-Length: 20000', 'Connection: close'])}\r\n\r\n${' '.repeat(20_000)}`,
    ],
    [
      'a path with dots',
      200,
      () => `${rawHead(['POST /api/x/../broker/tokens HTTP/1.1', 'Host: a'])}\r\n${length}`,
    ],
    [
      'TRACE',
      405,
      () => `TRACE /api/broker/tokens HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`,
    ],
  ])('are answered in the same manner: %s', async (_, status, request) => {
    const { url } = await serve()
    const answer = await sendRaw(url, request())
    const [statusLine = '', ...headers] = answer.split('\r\n\r\n')[0]!.split('\r\n')
    expect(statusLine).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    const given = new Headers(
      headers.map((line): [string, string] => [
        line.split(': ')[0]!,
        line.slice(line.indexOf(': ') + 2),
      ]),
    )
    expect(given.get('Cache-Control')).toBe('no-store')
    expect(given.get('X-Valet-Key')).toBe('1')
    expect(given.get('X-Content-Type-Options')).toBe('nosniff')
    expect(given.get('X-Request-Id')).toMatch(/^[0-9a-f-]{36}$/)
    const isProblem = given.get('Content-Type') === 'application/problem+json'
    expect(isProblem).toBe(status >= 400)
  })

  it('of a body that belongs to no GET end the connection with the answer', async () => {
    const { url } = await serve()
    const answer = await sendRaw(
      url,
      'GET /api/broker/healthz HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n',
    )
    expect(answer).toMatch(/^HTTP\/1.1 200 /)
  })

  it('in the middle of an answer are not answered in its midst', async () => {
    let answer: ServerResponse | undefined
    const { served } = await createProxied({
      vault: (_, outgoing) => {
        answer = outgoing
        outgoing.write('first')
      },
    })
    const { hostname, port } = new URL(served.url)
    const socket = connect(Number(port), hostname).setEncoding('utf8')
    let heard = ''
    socket.on('data', (text: string) => (heard += text)).on('error', () => {})
    const head = rawHead(['GET /api/broker/proxy/cards/v1/x HTTP/1.1', 'Host: a'])
    socket.write(`${head}\r\n\r\n`)
    await until(() => heard.includes('first'))
    socket.write('HELLO\r\n\r\n')
    await once(socket, 'close')
    answer?.end('last')
    expect(heard).toMatch(/^HTTP\/1.1 200 /)
    expect(heard).not.toContain(' 400 ')
  })

  it('of a body without end are not read to the end', async () => {
    const { url } = await serve()
    const { hostname, port } = new URL(url)
    const socket = connect(Number(port), hostname).setEncoding('utf8')
    socket.on('error', () => {})
    socket.write(
      `${rawHead(['POST /api/broker/tokens HTTP/1.1', 'Host: a', 'Transfer-Encoding: chunked'])}\r\n\r\n`,
    )
    const chunk = `400\r\n${'x'.repeat(1024)}\r\n`
    let answer = ''
    socket.on('data', (text: string) => {
      answer += text
    })
    let sent = 0
    while (!answer && sent < 10_000) {
      socket.write(chunk)
      sent += 1
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(answer).toMatch(/^HTTP\/1.1 413 /)
    socket.destroy()
  })
})

describe('toNodeHandler', () => {
  async function listen(
    listener: (incoming: IncomingMessage, outgoing: ServerResponse) => void,
  ): Promise<string> {
    const server: Server = createServer(listener).listen(0, '127.0.0.1')
    await once(server, 'listening')
    cleanups.push(() => new Promise((resolve) => server.close(resolve)))
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  /** As Express mounts a middleware: the mount point is cut off the URL. */
  function mounted(listener: NodeHandler, mountPath: string) {
    return (incoming: IncomingMessage, outgoing: ServerResponse): void => {
      Object.assign(incoming, {
        originalUrl: incoming.url,
        url: incoming.url?.slice(mountPath.length),
      })
      listener(incoming, outgoing, () => outgoing.writeHead(404).end('the app'))
    }
  }

  it('answers under a mount point that a framework cut off', async () => {
    const origin = await listen(mounted(toNodeHandler(createApp().broker), '/api'))
    const response = await fetch(`${origin}/api/broker/tokens`, init)
    expect(response.status).toBe(200)
    await response.arrayBuffer()
  })

  it('passes on what is not its own', async () => {
    const origin = await listen(mounted(toNodeHandler(createApp().broker), ''))
    for (const path of ['/', '/api/brokers/x', '/api/broker', '/other?/api/broker/tokens'])
      expect(await (await fetch(`${origin}${path}`)).text()).toBe('the app')
    const own = await fetch(`${origin}/api/broker/nothing`)
    expect(own.status).toBe(404)
    expect(own.headers.get('X-Valet-Key')).toBe('1')
  })

  it('takes a body that a parser read before it, within the same bounds', async () => {
    const listener = toNodeHandler(createApp().broker)
    const origin = await listen(async (incoming, outgoing) => {
      let text = ''
      for await (const chunk of incoming.setEncoding('utf8')) text += chunk
      Object.assign(incoming, { body: JSON.parse(text) })
      listener(incoming, outgoing)
    })
    const response = await fetch(`${origin}/api/broker/tokens`, init)
    expect(response.status).toBe(200)
    await response.arrayBuffer()
    const long = JSON.stringify({ tokens: [], padding: 'x'.repeat(20_000) })
    const refused = await fetch(`${origin}/api/broker/tokens`, { ...init, body: long })
    expect(refused.status).toBe(413)
    await refused.arrayBuffer()
  })
})
