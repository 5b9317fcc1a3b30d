import fc from 'fast-check'
import { expect, it } from 'vitest'
import { BASE, BROWSER_HEADERS, createVaults } from '../harness.ts'
import { cases, tell } from './counts.ts'

const RUNS = cases(10_000, 400)

const REQUIRED: Readonly<Record<string, RegExp>> = {
  'Cache-Control': /^no-store$/,
  Pragma: /^no-cache$/,
  Vary: /^Cookie, Authorization, Origin, Sec-Fetch-Site$/,
  'X-Content-Type-Options': /^nosniff$/,
  'Referrer-Policy': /^no-referrer$/,
  'Content-Security-Policy': /^default-src 'none'; frame-ancestors 'none'; sandbox$/,
  'Cross-Origin-Resource-Policy': /^same-origin$/,
  'X-Request-Id': /^[\w-]{36}$/,
  'X-Valet-Key': /^1$/,
}

const VALID = JSON.stringify({
  background: false,
  tokens: [
    { id: '1', audience: 'cards', ttl: 60 },
    { id: '2', audience: 'records/a', rejected: 'x' },
  ],
})

/** Bytes of any kind; JSON of any kind; a good body with some of its bytes cut, doubled or changed. */
const bytes = fc.uint8Array({ maxLength: 300 })
const json = fc.json({ maxDepth: 6 }).map(bytesOf)
const mutated = fc
  .array(
    fc.record({
      at: fc.nat(VALID.length),
      cut: fc.nat(12),
      put: fc.oneof(
        fc.string({ unit: 'binary', maxLength: 6 }),
        fc.constantFrom(
          '"',
          '{',
          '}',
          '[',
          ']',
          ',',
          ':',
          '\\u0000',
          '\\ud800',
          '1e999',
          '-1',
          'null',
          '"__proto__":1,',
          '"id":"1",',
          '"scope":"*",',
          '"context":{},',
        ),
      ),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .map((edits) =>
    bytesOf(
      edits.reduce(
        (text, { at, cut, put }) => text.slice(0, at) + put + text.slice(at + cut),
        VALID,
      ),
    ),
  )

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text)
}

it(`answers ${RUNS} fuzzed bodies with a token or a problem, never with a 5xx, always with every header`, async () => {
  const { broker } = createVaults()
  const statuses: Record<number, number> = {}
  await fc.assert(
    fc.asyncProperty(fc.oneof(bytes, json, { arbitrary: mutated, weight: 2 }), async (body) => {
      const response = await broker.fetch(
        new Request(`${BASE}/tokens`, {
          method: 'POST',
          headers: BROWSER_HEADERS,
          body: new Uint8Array(body),
        }),
      )
      const { status, headers } = response
      statuses[status] = (statuses[status] ?? 0) + 1
      expect([200, 400, 403]).toContain(status)
      for (const [name, value] of Object.entries(REQUIRED)) expect(headers.get(name)).toMatch(value)
      const type = status === 200 ? 'application/json' : 'application/problem+json'
      expect(headers.get('Content-Type')).toBe(type)
      const answer: Record<string, unknown> = await response.json()
      const members = status === 200 ? ['session', 'tokens'] : ['status', 'error', 'request_id']
      expect(Object.keys(answer)).toEqual(expect.arrayContaining(members))
      expect(Reflect.get({}, 'polluted')).toBeUndefined()
    }),
    { numRuns: RUNS },
  )
  expect(statuses[400]).toBeGreaterThan(0)
  tell(`fuzzed bodies: ${RUNS}, answers by status ${JSON.stringify(statuses)}`)
})
