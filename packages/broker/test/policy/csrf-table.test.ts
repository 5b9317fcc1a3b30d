import { expect, it } from 'vitest'
import { ADA, BASE, COOKIE, createApp } from '../harness.ts'
import { tell } from './counts.ts'

const LISTED = 'https://listed.test'
const SITES = [undefined, 'same-origin', 'same-site', 'cross-site', 'none']
const ORIGINS = [
  undefined,
  LISTED,
  'https://app.test',
  'https://evil.test',
  'https://listed.test:8443',
  'null',
]
const TYPES = [
  'application/json',
  'application/json; charset=utf-8',
  'text/plain',
  'application/x-www-form-urlencoded',
  undefined,
]
const VERSIONS = ['1', undefined]
const METHODS = ['POST', 'GET', 'PUT', 'DELETE', 'OPTIONS']

/** Written down by hand, pair by pair; all that is not here is refused. */
const ADMITTED = new Set([
  'same-origin undefined',
  `same-origin ${LISTED}`,
  'same-origin https://app.test',
  'same-origin https://evil.test',
  'same-origin https://listed.test:8443',
  `same-site ${LISTED}`,
  `cross-site ${LISTED}`,
  `undefined ${LISTED}`,
])

function statusDue({ site, origin, type, version, method }: Case): number {
  if (method === 'OPTIONS') return 204
  if (method !== 'POST') return 405
  if (version === undefined || !ADMITTED.has(`${site} ${origin}`)) return 403
  return type?.startsWith('application/json') ? 200 : 415
}

interface Case {
  site: string | undefined
  origin: string | undefined
  type: string | undefined
  version: string | undefined
  method: string
}

const TABLE: Case[] = SITES.flatMap((site) =>
  ORIGINS.flatMap((origin) =>
    TYPES.flatMap((type) =>
      VERSIONS.flatMap((version) =>
        METHODS.map((method) => ({ site, origin, type, version, method })),
      ),
    ),
  ),
)

function requestOf({ site, origin, type, version, method }: Case): Request {
  const body = JSON.stringify({ tokens: [{ id: '1', audience: 'cards' }] })
  const headers = new Headers({ Cookie: COOKIE })
  const set = { 'Sec-Fetch-Site': site, Origin: origin, 'X-Valet-Key': version }
  for (const [name, value] of Object.entries(set)) if (value) headers.set(name, value)
  const request = new Request(`${BASE}/tokens`, {
    method,
    headers,
    ...(method !== 'GET' && { body }),
  })
  // `new Request` makes a type up where there is none.
  if (type === undefined) request.headers.delete('Content-Type')
  else request.headers.set('Content-Type', type)
  return request
}

it('judges 1,500 combinations of method, type, origin, site and version as the table says', async () => {
  expect(TABLE).toHaveLength(1_500)
  const { broker, minter } = createApp({ origins: [LISTED], principal: ADA })
  const wrong: unknown[] = []
  for (const one of TABLE) {
    const response = await broker.fetch(requestOf(one))
    const due = statusDue(one)
    const mayRead = response.headers.get('Access-Control-Allow-Origin')
    const hasToken = (await response.text()).includes('access_token')
    const isRight =
      response.status === due &&
      hasToken === (due === 200) &&
      mayRead === (one.origin === LISTED ? LISTED : null) &&
      response.headers.get('Cache-Control') === 'no-store'
    if (!isRight) wrong.push([one, response.status, due, mayRead])
  }
  expect(wrong).toEqual([])
  expect(minter.requests).toHaveLength(1)
  tell(`CSRF truth table: ${TABLE.length} cases, ${wrong.length} wrong`)
})
