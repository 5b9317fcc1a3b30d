import { describe, expect, it } from 'vitest'
import { mint, openNode } from './open-node.ts'

async function preflight(url: string, origin: string): Promise<Response> {
  const headers = {
    origin,
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization,x-other',
  }
  return fetch(`${url}/api/v1/data/read`, { method: 'OPTIONS', headers })
}

const allowedOrigin = ({ headers }: Response) => headers.get('access-control-allow-origin')

describe('the CORS mode open', () => {
  it('reflects any origin on preflight, on answers, on refusals', async () => {
    const node = await openNode()
    const origin = 'http://localhost:5173'
    const asked = await preflight(node.url, origin)
    expect([asked.status, allowedOrigin(asked)]).toEqual([204, origin])

    const authorization = `Bearer ${await mint()}`
    const answered = await fetch(`${node.url}/api/v1/schemas`, {
      headers: { origin, authorization },
    })
    expect([answered.status, allowedOrigin(answered)]).toEqual([200, origin])
    const refused = await fetch(`${node.url}/api/v1/schemas`, { headers: { origin } })
    expect([refused.status, allowedOrigin(refused)]).toEqual([401, origin])
    expect(refused.headers.get('access-control-allow-credentials')).toBe('true')
  })

  it('carries its headers on an answer the body reader throws', async () => {
    const node = await openNode()
    const response = await fetch(`${node.url}/api/v1/accounts`, {
      method: 'POST',
      headers: { origin: 'https://a.example', 'content-type': 'application/json' },
      body: '{',
    })
    expect([response.status, allowedOrigin(response)]).toEqual([400, 'https://a.example'])
  })

  it('admits two request headers, exposes none', async () => {
    const node = await openNode()
    const { headers } = await preflight(node.url, 'https://a.example')
    expect(headers.get('access-control-allow-headers')).toBe('Content-Type,Authorization')
    expect(headers.get('access-control-allow-methods')).toBe('GET,POST,DELETE')
    expect(headers.get('access-control-max-age')).toBe('3600')
    expect(headers.has('access-control-expose-headers')).toBe(false)
  })
})

describe('the CORS mode vendor', () => {
  it.each([
    ['https://nillion.com', true],
    ['https://app.nillion.pub', true],
    ['https://fiftytwo.gg', true],
    ['http://localhost:8081', true],
    ['http://nillion.com', false],
    ['https://notnillion.com', false],
    ['https://nillion.com.evil.example', false],
    ['http://localhost:5173', false],
  ])('for %s: %s', async (origin, isAdmitted) => {
    const node = await openNode({ cors: 'vendor' })
    const asked = await preflight(node.url, origin)
    expect([asked.status, allowedOrigin(asked)]).toEqual([204, isAdmitted ? origin : null])

    const answered = await fetch(`${node.url}/about`, { headers: { origin } })
    expect([answered.status, allowedOrigin(answered)]).toEqual([200, isAdmitted ? origin : null])
  })
})

describe("today's paths", () => {
  it('admit every origin in the mode vendor, with PUT', async () => {
    const node = await openNode({ cors: 'vendor' })
    const origin = 'https://a.example'
    const headers = { origin, 'access-control-request-method': 'POST' }
    const asked = await fetch(`${node.url}/v1/data/find`, { method: 'OPTIONS', headers })
    expect([asked.status, allowedOrigin(asked)]).toEqual([204, origin])
    expect(asked.headers.get('access-control-allow-methods')).toBe('GET,POST,PUT,DELETE')
  })

  it('keep to a list of origins', async () => {
    const node = await openNode({ cors: ['https://a.example'] })
    const answered = await fetch(`${node.url}/v1/nope`, {
      headers: { origin: 'https://b.example' },
    })
    expect([answered.status, allowedOrigin(answered)]).toEqual([404, null])
  })
})

describe('a list of origins', () => {
  it('admits its members alone', async () => {
    const node = await openNode({ cors: ['https://a.example'] })
    expect(allowedOrigin(await preflight(node.url, 'https://a.example'))).toBe('https://a.example')
    expect(allowedOrigin(await preflight(node.url, 'https://b.example'))).toBeNull()
  })
})
