import { describe, expect, it } from 'vitest'
import { allow, type GrantRequest } from '../src/index.ts'
import { createTestGroup } from '../src/testing/index.ts'
import { BROWSER_HEADERS, createManualClock, problemOf, type WireBody } from './harness.ts'
import { createProxied } from './proxy-harness.ts'

describe('a call through the proxy', () => {
  it('reaches the vault with the token, once minted, and brings back what it says', async () => {
    const { call, vault, cards } = await createProxied()
    for (const body of ['{"a":1}', '{"a":2}']) {
      const response = await call('v1/cards?limit=2', { method: 'POST', body })
      expect(response.status).toBe(200)
      expect(await response.json()).toEqual({ ok: true })
    }
    expect(vault.seen).toMatchObject([
      { method: 'POST', url: '/v1/cards?limit=2', body: '{"a":1}' },
      { method: 'POST', url: '/v1/cards?limit=2', body: '{"a":2}' },
    ])
    expect(vault.seen[0]?.headers.authorization).toBe('Bearer test.cards.1')
    expect(cards.requests).toHaveLength(1)
  })

  it.each<[string, Record<string, string>, [number, string]]>([
    ['without a login', { Cookie: '' }, [401, 'invalid_session']],
    ['with another version', { 'X-Valet-Key': '2' }, [400, 'invalid_request']],
    ['from another site', { 'Sec-Fetch-Site': 'cross-site' }, [403, 'csrf_rejected']],
    ['from a sibling', { 'Sec-Fetch-Site': 'same-site' }, [403, 'csrf_rejected']],
    ['from the address bar', { 'Sec-Fetch-Site': 'none' }, [403, 'csrf_rejected']],
    ['from a sandboxed frame', { Origin: 'null' }, [403, 'csrf_rejected']],
  ])('%s is refused by the broker itself, whatever its method', async (_, headers, problem) => {
    const { call, vault, cards } = await createProxied()
    for (const method of ['GET', 'POST', 'DELETE'])
      expect(await problemOf(await call('v1/x', { method, headers }))).toEqual([...problem, '1'])
    expect(vault.seen).toEqual([])
    expect(cards.requests).toEqual([])
  })

  it('without X-Valet-Key is refused', async () => {
    const { url, vault } = await createProxied()
    const { 'X-Valet-Key': _, ...headers } = BROWSER_HEADERS
    expect(await problemOf(await fetch(`${url}v1/x`, { headers }))).toEqual([
      403,
      'csrf_rejected',
      '1',
    ])
    expect(vault.seen).toEqual([])
  })

  it('tells the policy audience, method and path, each time, before any mint', async () => {
    const asked: GrantRequest[] = []
    const { call, vault, cards } = await createProxied({
      app: {
        authorize: (_, request) => {
          asked.push(request)
          return request.method !== 'DELETE'
        },
      },
    })
    expect(await problemOf(await call('v1/a%20b?q=1', { method: 'DELETE' }))).toEqual([
      403,
      'invalid_target',
      '1',
    ])
    expect(cards.requests).toEqual([])
    await (await call('v1/a%20b?q=1')).arrayBuffer()
    await (await call('v1/a%20b?q=1')).arrayBuffer()
    const get = { audience: 'cards', method: 'GET', path: '/v1/a%20b' }
    expect(asked).toEqual([{ ...get, method: 'DELETE' }, get, get])
    expect(vault.seen).toHaveLength(2)
  })

  it('to an audience of somebody else, of nobody, or not proxied is refused alike to a stranger', async () => {
    const { served, vault } = await createProxied({ app: { authorize: () => false } })
    const answers = await Promise.all(
      ['cards', 'plain', 'nothing'].map(async (audience) => {
        const url = `${served.url}/proxy/${audience}/v1/x`
        const body = (await (await fetch(url, { headers: BROWSER_HEADERS })).json()) as WireBody
        return { ...body, request_id: '' }
      }),
    )
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
    expect(answers[0]).toMatchObject({ status: 403, error: 'invalid_target' })
    expect(vault.seen).toEqual([])
  })

  it('passes only where a rule allows method and path', async () => {
    const { call, vault, url } = await createProxied({
      audience: {
        allow: [allow('GET', '/v1/cards/:card'), allow('POST', '/v1/vaults/:vault/detokenize')],
      },
    })
    const statuses = async (method: string, path: string) => {
      const response = await call(path, { method })
      await response.arrayBuffer()
      return response.status
    }
    expect(await statuses('GET', 'v1/cards/7')).toBe(200)
    expect(await statuses('HEAD', 'v1/cards/7')).toBe(200)
    expect(await statuses('POST', 'v1/vaults/x/detokenize')).toBe(200)
    expect(vault.seen).toHaveLength(3)
    expect(await statuses('POST', 'v1/cards/7')).toBe(403)
    expect(await statuses('GET', 'v1/cards/7/pan')).toBe(403)
    expect(await statuses('GET', 'v1/vaults/x/detokenize')).toBe(403)
    expect(await statuses('PUT', 'v1/cards/7')).toBe(405)
    expect(await statuses('DELETE', 'v1/cards/7')).toBe(405)
    expect((await fetch(url, { method: 'PATCH' })).headers.get('Allow')).toBe(
      'GET, HEAD, POST, OPTIONS',
    )
    expect(vault.seen).toHaveLength(3)
  })

  it('is 404 where no audience is proxied', async () => {
    const { served } = await createProxied({
      app: { audiences: { cards: createTestGroup(['a']) } },
    })
    const response = await fetch(`${served.url}/proxy/cards/x`, { headers: BROWSER_HEADERS })
    expect(response.status).toBe(404)
  })

  it('with the app’s own bearer reaches the policy without cookies, and the vault without the bearer', async () => {
    const { served, vault } = await createProxied({
      app: {
        authenticate: ({ headers }) =>
          headers.get('Cookie') === null && headers.get('Authorization') === 'Bearer app'
            ? { subject: 'ada', login: '1' }
            : null,
      },
    })
    const headers = { 'X-Valet-Key': '1', Authorization: 'Bearer app', Cookie: 'a=b' }
    const response = await fetch(`${served.url}/proxy/cards/v1/x`, {
      method: 'PUT',
      headers,
      body: 'text',
    })
    expect(response.status).toBe(200)
    expect(vault.seen).toMatchObject([{ method: 'PUT', body: 'text' }])
    expect(vault.seen[0]?.headers).toMatchObject({ authorization: 'Bearer test.cards.1' })
    expect(vault.seen[0]?.headers).not.toHaveProperty('cookie')
  })

  it('fails loudly where authenticate has eaten its body', async () => {
    const { call, faults, vault } = await createProxied({
      app: {
        authenticate: async (request) => {
          await request.text()
          return { subject: 'ada', login: '1' }
        },
      },
    })
    const response = await call('v1/x', { method: 'POST', body: '{}' })
    expect(await problemOf(response)).toEqual([500, 'server_error', '1'])
    expect(faults()).toMatchObject([{ detail: expect.stringContaining('authenticate has read') }])
    expect(vault.seen).toEqual([])
  })

  it('fails loudly where nobody says where the vault is', async () => {
    const { call, faults } = await createProxied({ audience: { resource: undefined as never } })
    expect(await problemOf(await call('v1/x'))).toEqual([500, 'server_error', '1'])
    expect(faults()).toMatchObject([{ where: 'resource', audience: 'cards' }])
  })

  it('uses one token in all logins of a user, past the end of any, and mints when little of its life is left', async () => {
    const clock = createManualClock()
    let login = 0
    const { call, cards } = await createProxied({
      app: {
        clock,
        principal: () => ({
          subject: 'ada',
          login: String((login += 1)),
          expiresAt: clock.now() + 5_000,
        }),
      },
    })
    const mintsAfter = async (ms: number) => {
      clock.advance(ms)
      await (await call('v1/x')).arrayBuffer()
      return cards.requests.length
    }
    expect(await mintsAfter(0)).toBe(1)
    expect(cards.requests[0]?.lifetimeMs).toBe(300_000)
    expect(await mintsAfter(239_000)).toBe(1)
    expect(await mintsAfter(2_000)).toBe(2)
  })

  it('is told in one event, by its rule and not by its path', async () => {
    const { call, proxied, events, logged } = await createProxied({
      audience: { allow: [allow('POST', '/v1/:patient')] },
    })
    const response = await call('v1/canary-patient?q=canary-query', {
      method: 'POST',
      body: '{"a":1}',
    })
    await response.arrayBuffer()
    const requestId = events.find(({ event }) => event === 'answer')
    expect(requestId).toMatchObject({
      route: 'proxy',
      status: 200,
      items: [{ audience: 'cards', outcome: 'granted' }],
    })
    expect(proxied()).toEqual([
      {
        event: 'proxy',
        requestId: response.headers.get('X-Request-Id'),
        audience: 'cards',
        method: 'POST',
        rule: '/v1/:patient',
        outcome: 'complete',
        status: 200,
        ms: 0,
        requestBytes: 7,
        responseBytes: 11,
        isReplayed: false,
      },
    ])
    expect(JSON.stringify([events, logged])).not.toMatch(/canary-patient|canary-query|test\.cards/)
  })
})
