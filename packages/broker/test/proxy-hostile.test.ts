import { expect, it } from 'vitest'
import { allow } from '../src/index.ts'
import { createProxied, EVERYTHING, rawRequest, sendRaw, statusOf } from './proxy-harness.ts'

const AT = '/api/broker/proxy/cards'

const DOTS = [
  '..',
  '.',
  '%2e%2e',
  '%2E%2E',
  '.%2e',
  '%2e.',
  '%2e',
  '%252e%252e',
  '%25%32%65%25%32%65',
  '%c0%ae%c0%ae',
  '%e0%80%ae%e0%80%ae',
  '..;',
  '..;x=1',
  '..%20',
  '%20..',
  '..%00',
  '..%09',
  '%u002e%u002e',
  '%ef%bc%8e%ef%bc%8e',
  '%e2%80%a5',
  '%e2%80%a4%e2%80%a4',
]
const SLASHES = [
  '/',
  '//',
  '%2f',
  '%2F',
  '\\',
  '/\\',
  '%5c',
  '%252f',
  '%255c',
  '%c0%af',
  '%ef%bc%8f',
  '%e2%88%95',
]

/** Each goes up, doubles a slash, or hides one: nothing that the vault could read in two ways. */
const CLIMBS = DOTS.flatMap((dots) =>
  SLASHES.map((slash) => `${AT}/v1/x/${dots}${slash}${dots}${slash}admin`),
)
const HIDDEN = SLASHES.filter((slash) => slash !== '/').map((slash) => `${AT}/v1${slash}admin`)
const TAILS = DOTS.map((dots) => `${AT}/v1/${dots}`)

const OTHERS = [
  // The host is not the request's to choose.
  `http://evil.example${AT}/v1/x`,
  `http://evil.example@127.0.0.1${AT}/v1/x`,
  `https://app.test${AT}/v1/x`,
  `HTTP://app.test${AT}/v1/x`,
  `//evil.example${AT}/v1/x`,
  `/${AT}/v1/x`,
  `\\\\evil.example${AT}/v1/x`,
  `${AT}//evil.example/v1/x`,
  `${AT}/\\evil.example/v1/x`,
  `${AT}/http://evil.example/`,
  `${AT}/http:%2f%2fevil.example/`,
  `${AT}///v1/x`,
  `${AT}/v1//x`,
  `${AT}/v1/x//`,
  'evil.example:443',
  '*',
  'x',
  // Other ways to write where the proxy is.
  `/api/broker/./proxy/cards/v1/x`,
  `/api/broker/x/../proxy/cards/v1/x`,
  `/api/broker/tokens/../proxy/cards/v1/x`,
  `/x/../api/broker/proxy/cards/v1/x`,
  `/api/broker/%2e/proxy/cards/v1/x`,
  `/api/broker/x/%2e%2e/proxy/cards/v1/x`,
  `/api/broker\\proxy\\cards\\v1\\x`,
  `/api/broker//proxy/cards/v1/x`,
  `/api/broker/%70roxy/cards/v1/x`,
  `/api/broker/PROXY/cards/v1/x`,
  `/api/broker/proxy;a=b/cards/v1/x`,
  `${AT}/../../healthz`,
  `${AT}/v1/%2e%2e/%2e%2e/%2e%2e/readyz`,
  `/api/broker/proxy/./cards/v1/x`,
  `/api/broker/proxy/x/../cards/v1/x`,
  `/api/broker/proxy//cards/v1/x`,
  `/api/broker/proxy`,
  `/api/broker/proxy/`,
  AT,
  // Other ways to write whose vault it is.
  `/api/broker/proxy/nobody/v1/x`,
  `/api/broker/proxy/plain/v1/x`,
  `/api/broker/proxy/CARDS/v1/x`,
  `/api/broker/proxy/cards%00/v1/x`,
  `/api/broker/proxy/cards%20/v1/x`,
  `/api/broker/proxy/cards%2f/v1/x`,
  `/api/broker/proxy/cards%2f..%2fcards/v1/x`,
  `/api/broker/proxy/cards%2fa/v1/x`,
  `/api/broker/proxy/..%2fcards/v1/x`,
  `/api/broker/proxy/%2e%2e/cards/v1/x`,
  `/api/broker/proxy/cards%252f/v1/x`,
  `/api/broker/proxy/%2563ards/v1/x`,
  `/api/broker/proxy/cards:80@evil.example/v1/x`,
  `/api/broker/proxy/cards@evil.example/v1/x`,
  `/api/broker/proxy/cards;x/v1/x`,
  `/api/broker/proxy/constructor/v1/x`,
  `/api/broker/proxy/__proto__/v1/x`,
  `/api/broker/proxy/%E2%80%8Bcards/v1/x`,
  // Characters that end a line, a path, a patience.
  `${AT}/v1/x%00`,
  `${AT}/v1/x%00.json`,
  `${AT}/v1/x%0d%0aHost:%20evil.example`,
  `${AT}/v1/x%0a`,
  `${AT}/v1/x%7f`,
  `${AT}/v1/x%c2%85`,
  `${AT}/v1/x%1b[0m`,
  `${AT}/v1/x\u0000`,
  `${AT}/v1/x\u0001`,
  `${AT}/v1/x\t`,
  `${AT}/v1/x y`,
  `${AT}/v1/\u00e4`,
  `${AT}/v1/\u00c0\u00ae`,
  `${AT}/v1/x%`,
  `${AT}/v1/x%2`,
  `${AT}/v1/x%zz`,
  `${AT}/v1/x%ff`,
  `${AT}/v1/x%ed%a0%80`,
  `${AT}/v1/100%25`,
  `${AT}/v1/x#/../admin`,
  `${AT}/v1/x#`,
  `${AT}#/v1/x`,
  `${AT}/v1/<x>`,
  `${AT}/v1/"x"`,
  `${AT}/v1/{x}`,
  `${AT}/v1/x|y`,
  `${AT}/v1/x^y`,
  `${AT}/v1/[x]`,
  `${AT}/v1/x?a=b#c`,
  `${AT}/v1/x?a=\u00e4`,
  `${AT}/v1/x?a=b c`,
  `${AT}?/v1/x`,
  `${AT}?/../v1/x`,
  // The method is not the query's to choose.
  `${AT}/v1/x?_method=DELETE`,
  `${AT}/v1/x?a=b&_METHOD=DELETE`,
  `${AT}/v1/x?%5fmethod=DELETE`,
  `${AT}/v1/x?$httpMethod=DELETE`,
  `${AT}/v1/x?X-HTTP-Method-Override=DELETE`,
  `${AT}/v1/x?x-http-method=DELETE`,
]

const HOSTILE = [...new Set([...CLIMBS, ...HIDDEN, ...TAILS, ...OTHERS])]

it(`refuses ${HOSTILE.length} hostile targets, as sent on the wire, and the vault hears of none`, async () => {
  expect(HOSTILE.length).toBeGreaterThan(300)
  const { served, vault, cards } = await createProxied()
  const wrong: unknown[] = []
  for (const target of HOSTILE)
    for (const method of ['GET', 'POST']) {
      const body = method === 'POST' ? '{}' : ''
      const answer = await sendRaw(served.url, rawRequest(target, { method, body }))
      const status = statusOf(answer)
      const isOurs =
        /^x-valet-key: 1\r$/im.test(answer) && /^cache-control: no-store\r$/im.test(answer)
      if (status < 400 || status > 499 || !isOurs) wrong.push([method, target, status])
    }
  expect(wrong).toEqual([])
  expect(vault.seen).toEqual([])
  expect(cards.requests).toEqual([])
})

it.each([
  '/v1/x',
  '/v1/vaults/abc-123/detokenize',
  '/v1/x/',
  '/',
  '/v1/...',
  '/v1/..x/.hidden',
  '/v1/x;y=1/z',
  "/v1/a-._~!$&'()*+,;=:@b",
  '/v1/@evil.example',
  '/v1/evil.example:443',
  '/v1/J%C3%BCrgen%20K',
  '/v1/%E2%82%AC',
  '/v1/x?',
  '/v1/x?a=1&b=%2F..%2F&c=//evil.example',
  "/v1/x?redirect=http://evil.example/?q='%22",
  '/v1/x?filter[a]=b|c&d={e}',
])('forwards %s below the base, letter by letter', async (path) => {
  const { served, vault } = await createProxied({
    base: 'base/api',
    audience: { allow: [...EVERYTHING, allow('GET', '/')] },
  })
  const answer = await sendRaw(served.url, rawRequest(`${AT}${path}`))
  expect(statusOf(answer)).toBe(200)
  const { url, headers } = vault.seen[0]!
  // `new URL` writes some characters of a query in another way that means the same.
  expect(decodeURIComponent(url)).toBe(decodeURIComponent(`/base/api${path}`))
  expect(url.split('?')[0]).toBe(`/base/api${path.split('?')[0]}`)
  expect(`http://${headers.host}/`).toBe(vault.url)
})
