import { type AddressInfo, createServer, type Socket } from 'node:net'
import { oauth2 } from '@valetkey/broker/oauth2'
import { describe, expect, it, onTestFinished } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { ask, createApp } from '../harness.ts'

const DEADLINE_MS = 400
const BODY = '{"access_token":"canary-token","token_type":"Bearer","expires_in":300}'

const answer = (
  body: string | Buffer,
  headers: readonly string[] = [],
  status = '200 OK',
): Buffer =>
  Buffer.concat([
    Buffer.from(
      [
        `HTTP/1.1 ${status}`,
        ...(headers.length > 0 ? headers : ['Content-Type: application/json']),
        `Content-Length: ${Buffer.byteLength(body)}`,
        '',
        '',
      ].join('\r\n'),
    ),
    Buffer.from(body),
  ])

/** A server that does to each connection what it is told once a request has come. */
async function upstreamThat(act: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.once('data', () => act(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`
}

function drip(socket: Socket, next: () => string): void {
  const timer = setInterval(() => socket.write(next()), 20)
  socket.once('close', () => clearInterval(timer))
}

async function askAt(tokenEndpoint: string) {
  const app = createApp({
    // Real time: what is tried here is the deadline of a real connection.
    clock: systemClock as never,
    timeoutMs: DEADLINE_MS,
    audiences: { reports: oauth2({ tokenEndpoint, clientId: 'c', clientSecret: 'canary-secret' }) },
  })
  const began = performance.now()
  const asked = await ask(app.broker, 'reports')
  return { ...asked, ...app, tookMs: performance.now() - began }
}

describe('an upstream that', () => {
  it.each<[string, (socket: Socket) => void]>([
    ['says nothing', () => {}],
    ['sends a byte at a time', (socket) => drip(socket, () => 'H')],
    [
      'sends its headers and then a byte at a time',
      (socket) => {
        socket.write(
          'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n',
        )
        drip(socket, () => ' ')
      },
    ],
    [
      'sends chunks without end',
      (socket) => {
        socket.write(
          'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n',
        )
        drip(socket, () => `8000\r\n${' '.repeat(0x8000)}\r\n`)
      },
    ],
    ['resets the connection at once', (socket) => socket.resetAndDestroy()],
    [
      'resets the connection in the middle of its body',
      (socket) => {
        socket.write(answer(BODY).subarray(0, -20), () => socket.resetAndDestroy())
      },
    ],
    ['closes in the middle of its body', (socket) => socket.end(answer(BODY).subarray(0, -20))],
    ['sends truncated JSON', (socket) => socket.end(answer(BODY.slice(0, -9)))],
    ['sends HTML', (socket) => socket.end(answer('<html>', ['Content-Type: text/html']))],
    ['sends UTF-16', (socket) => socket.end(answer(Buffer.from(BODY, 'utf16le')))],
    [
      'sends bytes that are no UTF-8 in its token',
      (socket) => {
        socket.end(answer(Buffer.from(BODY.replace('canary-token', 'canary\u00ff'), 'latin1')))
      },
    ],
    [
      'puts a line break into its token',
      (socket) => socket.end(answer(BODY.replace('canary-token', 'a\\r\\nX: y'))),
    ],
    ['sends an empty token', (socket) => socket.end(answer(BODY.replace('canary-token', '')))],
    [
      'sends a token of 1 MB',
      (socket) => socket.end(answer(BODY.replace('canary-token', 'x'.repeat(1_000_000)))),
    ],
    ['sends a token that has ended', (socket) => socket.end(answer(BODY.replace('300', '-1')))],
    ['names a life of 1e12 s', (socket) => socket.end(answer(BODY.replace('300', '1e12')))],
    ['names a life in words', (socket) => socket.end(answer(BODY.replace('300', '"soon"')))],
    [
      'redirects to itself',
      (socket) => socket.end(answer('', ['Location: /token'], '307 Temporary Redirect')),
    ],
    [
      'redirects to another host',
      (socket) => socket.end(answer('', ['Location: http://evil.example/'], '302 Found')),
    ],
    ['speaks no HTTP', (socket) => socket.end('220 smtp.example ESMTP\r\n')],
  ])('%s gives no token, in time, and no word of it reaches the browser', async (_, act) => {
    const { status, body, tookMs, events } = await askAt(await upstreamThat(act))
    expect([502, 503, 504]).toContain(status)
    expect(body.retryable).toBe(true)
    expect(tookMs).toBeLessThan(DEADLINE_MS + 3_000)
    expect(JSON.stringify([body, events])).not.toMatch(/canary|evil|smtp/)
  })

  it.each([
    ['JSON under the name of text', ['Content-Type: text/plain']],
    ['JSON under two names', ['Content-Type: text/html', 'Content-Type: application/json']],
    ['JSON without a name', ['X-Powered-By: x']],
  ])('sends %s is understood', async (_, headers) => {
    const { tokens } = await askAt(
      await upstreamThat((socket) => socket.end(answer(BODY, headers))),
    )
    expect(tokens[0]?.access_token).toBe('canary-token')
  })

  it('puts a byte order mark before its JSON is understood', async () => {
    const { tokens } = await askAt(
      await upstreamThat((socket) => socket.end(answer(`\ufeff${BODY}`))),
    )
    expect(tokens[0]?.access_token).toBe('canary-token')
  })

  it('says when it is back is left alone until then', async () => {
    const url = await upstreamThat((socket) =>
      socket.end(answer('', ['Retry-After: 7'], '429 Too Many Requests')),
    )
    const { status, response } = await askAt(url)
    expect([status, response.headers.get('Retry-After')]).toEqual([503, '7'])
  })

  it.each([
    ['has no address', 'https://nothing.invalid/token'],
    ['listens at no port', 'http://127.0.0.1:1/token'],
  ])('%s is an error of the upstream', async (_, url) => {
    const { status, body } = await askAt(url)
    expect([502, 503, 504]).toContain(status)
    expect(body.error_description).not.toContain('127.0.0.1')
  })

  it('speaks no TLS where TLS is due is an error of the upstream', async () => {
    const url = await upstreamThat((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    expect([502, 503, 504]).toContain((await askAt(url.replace('http:', 'https:'))).status)
  })
})
