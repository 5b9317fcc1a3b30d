import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Fault } from '../src/fault-shape.ts'
import { mint, type OpenNode, openNode, openNodeWithSchema, SCHEMA_ID } from './open-node.ts'

const PATH = '/api/v1/schemas'
const statusOf = async (node: OpenNode, token?: string) =>
  (await node.call(`GET ${PATH}`, undefined, token)).status
const failureOf = (call: Promise<unknown>) =>
  call.then(
    () => 'answered',
    () => 'failed',
  )

async function post(node: OpenNode, fault: unknown): Promise<Response> {
  return fetch(`${node.url}/_sandbox/faults`, { method: 'POST', body: JSON.stringify(fault) })
}

describe('a status fault', () => {
  it('hits the next n requests, then no more', async () => {
    const node = await openNode()
    expect((await post(node, { status: 503, times: 2 })).status).toBe(200)
    expect([await statusOf(node), await statusOf(node), await statusOf(node)]).toEqual([
      503, 503, 200,
    ])
  })

  it('hits the named path and method alone', async () => {
    const node = await openNode()
    node.control.fault({ status: 500, path: '/api/v1/data/*', method: 'POST' })
    expect(await statusOf(node)).toBe(200)
    expect((await node.call('POST /api/v1/data/read', {})).status).toBe(500)
    node.control.fault({ status: 429, path: PATH })
    expect(await statusOf(node)).toBe(429)
    expect((await node.call(`GET ${PATH}/x`)).status).toBe(404)
  })

  it.each([
    [401, 'text/plain; charset=UTF-8', /^Unauthorized$/],
    [402, 'application/json', /^{"ts":"[^"]+","errors":\["Subscription inactive"\]}$/],
    [429, 'text/plain; charset=UTF-8', /^Too Many Requests$/],
  ])('of %i has the body the node gives it', async (status, type, body) => {
    const node = await openNode()
    node.control.fault({ status })
    const response = await node.call(`GET ${PATH}`)
    expect([response.status, response.headers.get('content-type')]).toEqual([status, type])
    expect(await response.text()).toMatch(body)
  })

  it('can be read by a page, and leaves its preflight alone', async () => {
    const node = await openNode()
    node.control.fault({ status: 503, times: 1 })
    const headers = { origin: 'https://a.example', 'access-control-request-method': 'GET' }
    const asked = await fetch(node.url + PATH, { method: 'OPTIONS', headers })
    expect(asked.status).toBe(204)
    const response = await fetch(node.url + PATH, { headers: { origin: 'https://a.example' } })
    expect(response.status).toBe(503)
    expect(response.headers.get('access-control-allow-origin')).toBe('https://a.example')
  })

  it('hits a preflight when it names OPTIONS', async () => {
    const node = await openNode()
    node.control.fault({ status: 500, method: 'OPTIONS' })
    const headers = { origin: 'https://a.example', 'access-control-request-method': 'GET' }
    expect((await fetch(node.url + PATH, { method: 'OPTIONS', headers })).status).toBe(500)
    expect(await statusOf(node)).toBe(200)
  })

  it('after the fact leaves behind what was asked for', async () => {
    const node = await openNodeWithSchema()
    node.control.fault({ status: 500, when: 'after', times: 1 })
    const data = [{ _id: crypto.randomUUID(), service: 'a' }]
    const created = await node.call('POST /api/v1/data/create', { schema: SCHEMA_ID, data })
    expect([created.status, await created.text()]).toEqual([500, 'Internal Server Error'])
    const body = { schema: SCHEMA_ID, filter: {} }
    const read = await node.call('POST /api/v1/data/read', body)
    expect((await read.json()).data).toHaveLength(1)
  })

  it('comes through a delay that stands for every request', async () => {
    const node = await openNode()
    node.control.fault({ delayMs: 1 })
    node.control.fault({ status: 503, times: 1 })
    expect([await statusOf(node), await statusOf(node)]).toEqual([503, 200])
  })
})

describe('a delay', () => {
  it('holds the answer back for its time', async () => {
    const node = await openNode()
    node.control.fault({ delayMs: 80, times: 1 })
    const start = performance.now()
    expect(await statusOf(node)).toBe(200)
    // Timers may fire up to a millisecond early.
    expect(performance.now() - start).toBeGreaterThanOrEqual(79)
  })

  it('outlives a caller who gave up: the request is handled all the same', async () => {
    const node = await openNodeWithSchema()
    node.control.fault({ delayMs: 50, path: '/api/v1/data/create', times: 1 })
    const headers = { authorization: `Bearer ${await mint()}`, 'content-type': 'application/json' }
    const data = [{ _id: crypto.randomUUID(), service: 'a' }]
    const body = JSON.stringify({ schema: SCHEMA_ID, data })
    const signal = AbortSignal.timeout(20)
    const call = fetch(`${node.url}/api/v1/data/create`, { method: 'POST', headers, body, signal })
    await expect(call).rejects.toThrow('aborted')
    const stored = async () => {
      const read = await node.call('POST /api/v1/data/read', { schema: SCHEMA_ID, filter: {} })
      return (await read.json()).data.length
    }
    await expect.poll(stored).toBe(1)
  })
})

describe('a dropped connection', () => {
  it('fails the call, is counted with status 0, ends after n requests', async () => {
    const node = await openNode()
    node.control.fault({ drop: true, times: 1 })
    await expect(node.call(`GET ${PATH}`)).rejects.toThrow('fetch failed')
    expect(await statusOf(node)).toBe(200)
    expect(node.control.requests().requests).toEqual([
      { method: 'GET', path: PATH, status: 0, count: 1 },
      { method: 'GET', path: PATH, status: 200, count: 1 },
    ])
  })

  it('after the fact leaves the record behind', async () => {
    const node = await openNodeWithSchema()
    node.control.fault({ drop: true, when: 'after', path: '/api/v1/data/create' })
    const data = [{ _id: crypto.randomUUID(), service: 'a' }]
    const body = { schema: SCHEMA_ID, data }
    await expect(node.call('POST /api/v1/data/create', body)).rejects.toThrow('fetch failed')
    const read = await node.call('POST /api/v1/data/read', { schema: SCHEMA_ID, filter: {} })
    expect((await read.json()).data).toHaveLength(1)
  })
})

describe('a node that is down', () => {
  it('destroys every connection, preflights included, until it is cleared', async () => {
    const node = await openNode()
    node.control.fault({ down: true })
    const options = { method: 'OPTIONS', headers: { origin: 'https://a.example' } }
    expect(await failureOf(node.call(`GET ${PATH}`))).toBe('failed')
    expect(await failureOf(fetch(`${node.url}/health`))).toBe('failed')
    expect(await failureOf(fetch(node.url + PATH, options))).toBe('failed')

    const cleared = await fetch(`${node.url}/_sandbox/faults`, { method: 'DELETE' })
    expect(cleared.status).toBe(204)
    expect(await statusOf(node)).toBe(200)
  })
})

describe('a clock offset', () => {
  it('moves the time by which tokens are judged', async () => {
    const node = await openNode()
    const token = await mint()
    await post(node, { clockOffsetMs: 3600_000 + 299_000 })
    expect(await statusOf(node, token)).toBe(200)
    await post(node, { clockOffsetMs: 3600_000 + 302_000 })
    expect(await statusOf(node, token)).toBe(401)
    await post(node, { clockOffsetMs: -302_000 })
    expect(await statusOf(node, token)).toBe(401)
  })
})

describe('a revoked token', () => {
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

  it.each<[string, (token: string) => Fault]>([
    ['text', (token) => ({ revoke: token })],
    ['SHA-256', (token) => ({ revoke: { sha256: sha256(token) } })],
    ['jti', () => ({ revoke: { jti: 'one' } })],
  ])('named by its %s gets 401, another goes on', async (_name, fault) => {
    const node = await openNode()
    const token = await mint({ jti: 'one' })
    expect(await statusOf(node, token)).toBe(200)
    expect((await post(node, fault(token))).status).toBe(200)
    expect(await statusOf(node, token)).toBe(401)
    expect(await statusOf(node, await mint({ jti: 'two' }))).toBe(200)
  })

  it('is reported by its hash, never by its text', async () => {
    const node = await openNode()
    const token = await mint()
    const text = await (await post(node, { revoke: token })).text()
    expect(text).toContain(sha256(token))
    expect(text).not.toContain(token)
  })
})

describe('an inactive subscription', () => {
  it('answers 402 where a token is needed, until it is active again', async () => {
    const node = await openNode()
    node.control.fault({ subscription: 'inactive' })
    expect(await statusOf(node)).toBe(402)
    expect((await fetch(`${node.url}/about`)).status).toBe(200)
    node.control.fault({ subscription: 'active' })
    expect(await statusOf(node)).toBe(200)
  })
})

describe('a fault that cannot be read', () => {
  it.each([
    [{}, 'The body is empty'],
    [{ stauts: 503 }, 'stauts: no such member'],
    [{ status: 200 }, 'status: '],
    [{ status: '503' }, 'status: '],
    [{ delayMs: -1 }, 'delayMs: '],
    [{ times: 2 }, 'times: needs status, drop or delayMs'],
    [{ path: '/a' }, 'path: needs'],
    [{ status: 500, times: 0 }, 'times: '],
    [{ status: 500, path: 'a' }, 'path: '],
    [{ status: 500, drop: true }, 'drop: cannot stand beside status'],
    [{ down: 1 }, 'down: '],
    [{ body: 'xml' }, 'body: '],
    [{ body: 'html', drop: true }, 'drop: cannot stand beside body'],
    [{ revoke: 'abc' }, 'revoke: takes a whole token'],
    [{ subscription: 'off' }, 'subscription: '],
    [[], 'The body: '],
  ])('%j is refused with 400 that begins "%s"', async (fault, message) => {
    const node = await openNode()
    const response = await post(node, fault)
    expect(response.status).toBe(400)
    expect((await response.json()).error).toContain(message)
    expect(node.control.faults().rules).toEqual([])
  })

  it('is refused when it is no JSON, or on a route that is none', async () => {
    const node = await openNode()
    const response = await fetch(`${node.url}/_sandbox/faults`, { method: 'POST', body: '{' })
    expect(await response.json()).toEqual({ error: 'The body is not JSON' })
    expect((await fetch(`${node.url}/_sandbox/nope`)).status).toBe(404)
  })
})

describe('the control routes', () => {
  it('answer while everything else fails, are not counted, and let any page in', async () => {
    const node = await openNode({ cors: [] })
    node.control.fault({ down: true })
    node.control.fault({ status: 500, delayMs: 60_000 })
    const headers = { origin: 'https://a.example' }
    const response = await fetch(`${node.url}/_sandbox/faults`, { headers })
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    expect(await response.json()).toEqual({
      rules: [{ status: 500, delayMs: 60_000 }],
      down: true,
      clockOffsetMs: 0,
      subscription: 'active',
      credits: 'free_tier',
      maintenance: false,
      migrating: false,
      queryRunMs: 0,
      partialCreate: false,
      rotatedKey: false,
      revokedSha256: [],
      revokedJti: [],
    })
    expect(node.control.requests().total).toBe(0)
  })

  it('count requests by method, path and status until the counts are cleared', async () => {
    const node = await openNode()
    await statusOf(node)
    await statusOf(node)
    await statusOf(node, 'bad')
    const report = await (await fetch(`${node.url}/_sandbox/requests`)).json()
    expect(report).toEqual({
      total: 3,
      requests: [
        { method: 'GET', path: PATH, status: 200, count: 2 },
        { method: 'GET', path: PATH, status: 401, count: 1 },
      ],
    })
    await fetch(`${node.url}/_sandbox/requests`, { method: 'DELETE' })
    expect(node.control.requests()).toEqual({ total: 0, requests: [] })
  })

  it('reset a node to how it started, its own organization registered', async () => {
    const node = await openNodeWithSchema()
    node.control.fault({ status: 500 })
    const response = await fetch(`${node.url}/_sandbox/reset`, { method: 'POST' })
    expect(response.status).toBe(204)
    expect(node.control.requests().total).toBe(0)
    const list = await node.call(`GET ${PATH}`)
    expect([list.status, await list.json()]).toEqual([200, { data: [] }])
  })
})
