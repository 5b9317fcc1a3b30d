import { connect } from 'node:net'
import { expect, it } from 'vitest'
import { allow } from '../src/index.ts'
import { cases, tell } from './policy/counts.ts'
import { createProxied, rawRequest, sendRaw, statusOf } from './proxy-harness.ts'

const AT = '/api/broker/proxy/cards'
const COUNT = cases(2_000, 250)
const AT_ONCE = 16

/** Pieces that are put together at random: good ones, so that some paths pass, and each way known to climb. */
const PIECES = [
  ...`v1 vaults x a-b_c~ J%C3%BC %20 !$&'()*+,=:@ ... .x %e2%82%ac ;y=1 / / / /`.split(' '),
  ...'// \\ %2f %2F %5c %5C %252f %c0%af %ef%bc%8f %e2%88%95'.split(' '),
  ...'. .. %2e %2E%2e .%2e %252e %c0%ae %ef%bc%8e ..; %e2%80%a5'.split(' '),
  ...'%00 %0d%0a %09 %7f %c2%85 % %2 %zz %ff %u002e < " { | ^ ` # \u0001 \u00e9'.split(' '),
  ...'?q=1 ?_method=DELETE ?x=//.. ?%5fmethod=PUT'.split(' '),
]

const NOISE = [
  'X-HTTP-Method-Override: DELETE',
  'X-Method-Override: DELETE',
  'X-HTTP-Method: DELETE',
  'X-Original-URL: /admin',
  'X-Rewrite-URL: /admin',
  'X-Forwarded-Host: evil.example',
  'X-Forwarded-For: 127.0.0.1',
  'X-Forwarded-Prefix: /..',
  'X-Real-IP: 127.0.0.1',
  'X-Api-Key: stolen',
  'Access-Control-Request-Method: DELETE',
  'Connection: close, traceparent',
  'Cookie2: a=b',
  'Forwarded: host=evil.example',
  'If-Match: "x"',
  'Max-Forwards: 0',
  'Proxy-Authorization: Basic eA==',
  'Range: bytes=0-0',
  'Referer: https://evil.example/',
  'Set-Cookie: a=b',
  'TE: trailers',
  'Upgrade: h2c',
  'Via: 1.1 x',
]

/** What may reach a vault, told again from the protocol page; the last four are of `fetch` itself. */
const MAY_CROSS =
  /^(accept|accept-language|accept-encoding|content-encoding|content-language|content-type|content-length|idempotency-key|if-match|if-modified-since|if-none-match|if-range|if-unmodified-since|prefer|range|traceparent|tracestate|user-agent|authorization|host|connection|transfer-encoding|sec-fetch-mode|pragma|cache-control)$/

/** A generator of its own, so that a failure is the same the next time. */
function createDice(seed: number): (sides: number) => number {
  let state = seed
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * sides)
  }
}

interface Attempt {
  target: string
  headers: string[]
  method: string
}

function createAttempts(count: number): Attempt[] {
  const dice = createDice(20_261_122)
  const pick = <T>(from: readonly T[]): T => from[dice(from.length)] as T
  return Array.from({ length: count }, () => ({
    target: `${AT}/${Array.from({ length: 1 + dice(6) }, () => pick(PIECES)).join('')}`,
    headers: Array.from({ length: dice(4) }, () => pick(NOISE)),
    method: pick(['GET', 'GET', 'POST', 'DELETE']),
  }))
}

/**
 * Whether the path may be forwarded, by another way of thinking than the broker's: byte by byte, with what
 * each byte is allowed to be. `undefined`: whichever, since Unicode has more look-alikes than are listed here.
 */
function mayPass({ target, method }: Attempt): boolean | undefined {
  const rest = target.slice(AT.length)
  const [path = '', ...queries] = rest.split('?')
  if (rest.includes('#')) return false
  const query = queries.join('?')
  if (/[^\x21-\x7e]/.test(query) || /(^|&)(_|%5f)method=/i.test(query)) return false
  // The rules of this test: GET and POST below the root, GET of the root itself.
  if (method === 'DELETE' || (path === '/' && method !== 'GET')) return false
  const segments = path.slice(1).split('/')
  // An empty segment is one between two slashes; at the end it is a path that ends in a slash.
  if (segments.slice(0, -1).includes('')) return false
  let hasForeign = false
  for (const segment of segments) {
    const read = bytesOf(segment)
    if (!read) return false
    if (read.some((byte) => byte < 0x20 || byte === 0x7f)) return false
    const plain = textOf(read)
    if (plain === undefined || /[\u0080-\u009f]/.test(plain)) return false
    if (/^\.{1,2}(;.*)?$/.test(plain.trim()) || /^\.{1,2} *;/.test(plain.trim())) return false
    hasForeign ||= /[^\x20-\x7e]/.test(plain) && !/^[\x20-\x7eü€]*$/.test(plain)
  }
  return hasForeign ? undefined : true
}

/** The bytes a segment stands for; nothing where one stands for a delimiter, or is not allowed to stand plainly. */
function bytesOf(segment: string): number[] | undefined {
  const bytes: number[] = []
  for (let at = 0; at < segment.length; at += 1) {
    const character = segment[at] ?? ''
    if (character !== '%') {
      if (!/[A-Za-z0-9\-._~!$&'()*+,;=:@]/.test(character)) return undefined
      bytes.push(character.charCodeAt(0))
      continue
    }
    const hex = segment.slice(at + 1, at + 3)
    if (!/^[0-9a-f]{2}$/i.test(hex)) return undefined
    const byte = Number.parseInt(hex, 16)
    if (['.', '/', '\\', '%'].includes(String.fromCharCode(byte))) return undefined
    bytes.push(byte)
    at += 2
  }
  return bytes
}

function textOf(bytes: readonly number[]): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(bytes))
  } catch {
    return undefined
  }
}

it(`forwards of ${COUNT} hostile paths with hostile headers, as bytes on a socket, what an oracle lets pass`, async () => {
  const { served, vault, cards } = await createProxied({
    base: 'base',
    audience: { allow: [allow('GET', '/*'), allow('POST', '/*'), allow('GET', '/')] },
  })
  const attempts = createAttempts(COUNT)
  const wrong: unknown[] = []
  let passed = 0

  async function judge(attempt: Attempt, number: number): Promise<void> {
    const mark = `Idempotency-Key: attempt-${number}`
    const { target, method } = attempt
    const answer = await sendRaw(
      served.url,
      rawRequest(target, { method, headers: [...attempt.headers, mark] }),
    )
    const seen = vault.seen.filter(
      ({ headers }) => headers['idempotency-key'] === `attempt-${number}`,
    )
    const isForwarded = seen.length > 0
    const due = mayPass(attempt)
    const status = statusOf(answer)
    if (due !== undefined && isForwarded !== due)
      wrong.push([attempt, status, { isForwarded, due }])
    if (isForwarded ? status !== 200 : status < 400 || status > 499) wrong.push([attempt, status])
    if (!/^cache-control: no-store\r$/im.test(answer)) wrong.push([attempt, 'may be cached'])
    for (const { url, method: sent, headers } of seen) {
      passed += 1
      const strangers = Object.keys(headers).filter((name) => !MAY_CROSS.test(name))
      const isInside =
        url.startsWith('/base/') && new URL(url, vault.url).pathname === url.split('?')[0]
      if (!isInside || sent !== method || strangers.length > 0)
        wrong.push([attempt, url, sent, strangers])
      if (headers.authorization !== `Bearer ${cards.minted[0]?.value}`)
        wrong.push([attempt, 'token'])
      if (`http://${headers.host}/` !== vault.url) wrong.push([attempt, headers.host])
    }
  }

  for (let at = 0; at < attempts.length; at += AT_ONCE)
    await Promise.all(attempts.slice(at, at + AT_ONCE).map((one, index) => judge(one, at + index)))
  expect(wrong).toEqual([])
  expect(passed).toBeGreaterThan(COUNT / 50)
  expect(passed).toBeLessThan(COUNT / 2)
  tell(
    `hostile paths with headers: ${COUNT}, ${passed} forwarded, ${wrong.length} against the oracle`,
  )
}, 120_000)

it('answers each way to split one request into two by one answer, and the vault sees one request at most', async () => {
  const { served, vault } = await createProxied()
  const ways = [
    ['Content-Length: 5', 'Transfer-Encoding: chunked'],
    ['Content-Length: 5', 'Content-Length: 6'],
    ['Content-Length: 5, 5'],
    ['Content-Length: +5'],
    ['Content-Length: 0x5'],
    ['Content-Length: -1'],
    ['Content-Length: 5 5'],
    ['Transfer-Encoding: xchunked'],
    ['Transfer-Encoding: chunked, identity'],
    ['Transfer-Encoding : chunked'],
    ['Transfer-Encoding:\u000bchunked'],
    ['X: y\n\nGET /smuggled HTTP/1.1'],
    ['X: y\r\n Transfer-Encoding: chunked'],
    ['X\u0000: y'],
    [': y'],
    ['Host: evil.example'],
  ]
  const answers: [string, number][] = []
  for (const headers of ways) {
    const bytes = rawRequest(`${AT}/v1/x`, { method: 'POST', headers })
    const smuggled = rawRequest(`${AT}/v1/smuggled`)
    const answer = await sendRaw(served.url, `${bytes}0\r\n\r\n${smuggled}`)
    answers.push([headers.join(), answer.split('HTTP/1.1 ').length - 1])
  }
  expect(answers.filter(([, count]) => count !== 1)).toEqual([])
  expect(vault.seen.filter(({ url }) => url.includes('smuggled'))).toEqual([])
})

it('cuts off who sends a byte at a time: 50 connections, none open when the headers are overdue', async () => {
  const { served } = await createProxied()
  served.server.headersTimeout = 300
  const { hostname, port } = new URL(served.url)
  const answers = await Promise.all(
    Array.from({ length: 50 }, async () => {
      const socket = connect(Number(port), hostname)
      socket.on('error', () => {})
      socket.write('GET /api/broker/healthz HTTP/1.1\r\nHost: app.test\r\nX: ')
      const drip = setInterval(() => socket.write('x'), 20)
      let answer = ''
      socket.setEncoding('latin1').on('data', (text: string) => (answer += text))
      await new Promise((resolve) => socket.once('close', resolve))
      clearInterval(drip)
      return statusOf(answer)
    }),
  )
  expect(new Set(answers)).toEqual(new Set([408]))
  expect((await fetch(`${served.url}/healthz`)).status).toBe(200)
}, 60_000)
