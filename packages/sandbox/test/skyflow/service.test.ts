import { describe, expect, it } from 'vitest'
import { insert, openSkyflow } from './open-skyflow.ts'

const REQUEST_ID = /^[0-9a-f]{8}-[0-9a-f-]{27}$/

describe('the emulated Skyflow', () => {
  it('gives every answer a request id, and a refusal the word whose fault it is', async () => {
    const skyflow = await openSkyflow()
    const good = await skyflow.call('GET /patients')
    const bad = await skyflow.call('GET /nope')
    const unknown = await fetch(`${skyflow.url}/v1/nope`)
    const ids = [good, bad, unknown].map(({ headers }) => headers.get('x-request-id'))
    expect(new Set(ids).size).toBe(3)
    for (const id of ids) expect(id).toMatch(REQUEST_ID)
    expect(bad.headers.get('error-from-client')).toBe('true')
    expect(unknown.status).toBe(404)
    expect((await unknown.json()).error).toMatchObject({ grpc_code: 5, http_code: 404 })
  })

  it('reads JSON sent as text, as the browser SDK sends it', async () => {
    const { url, vaultId, bearer } = await openSkyflow()
    const response = await fetch(`${url}/v1/vaults/${vaultId}/patients`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await bearer()}`,
        'content-type': 'text/plain;charset=UTF-8',
        'sky-metadata': '{}',
      },
      body: JSON.stringify({ records: [{ fields: { name: 'Ada' } }] }),
    })
    expect(response.status).toBe(200)
  })

  it('serves paths that begin with a cluster host, as one client builds them', async () => {
    const { url, vaultId, bearer } = await openSkyflow()
    const headers = { authorization: `Bearer ${await bearer()}` }
    const path = `/v1/vaults/${vaultId}/patients`
    for (const host of ['emu.vault.skyflowapis.com', '.vault.skyflowapis-preview.com']) {
      const response = await fetch(`${url}/${host}${path}`, { headers })
      expect([host, response.status]).toEqual([host, 200])
    }
    expect((await fetch(`${url}/emu.example.com${path}`, { headers })).status).toBe(404)
  })

  it('forgets its records at a reset, but not who may call', async () => {
    const skyflow = await openSkyflow()
    const [record] = await insert(skyflow, { name: 'Ada' })
    const bearer = await skyflow.bearer()
    await fetch(`${skyflow.url}/_sandbox/reset`, { method: 'POST' })
    const list = await skyflow.call('GET /patients', undefined, bearer)
    expect([list.status, await list.json()]).toEqual([200, { records: [] }])
    const detokenization = { detokenizationParameters: [{ token: record!.tokens['name'] }] }
    expect((await skyflow.call('POST /detokenize', detokenization, bearer)).status).toBe(404)
  })
})

describe('a fault of the emulated Skyflow', () => {
  it.each([
    [401, 16, 'Unauthorized'],
    [403, 7, 'Forbidden'],
    [429, 8, 'Too Many Requests'],
    [500, 13, 'Internal Server Error'],
    [503, 14, 'Service Unavailable'],
  ])('of %i has the envelope, and no Retry-After', async (status, grpc_code, http_status) => {
    const skyflow = await openSkyflow()
    skyflow.control.fault({ status, times: 1, path: '/v1/vaults/*' })
    const response = await skyflow.call('GET /patients')
    expect([response.status, response.headers.has('retry-after')]).toEqual([status, false])
    expect(response.headers.get('x-request-id')).toMatch(REQUEST_ID)
    expect((await response.json()).error).toMatchObject({
      grpc_code,
      http_code: status,
      http_status,
      details: [],
    })
    expect((await skyflow.call('GET /patients')).status).toBe(200)
  })

  it('can hit the token endpoint alone', async () => {
    const skyflow = await openSkyflow()
    const bearer = await skyflow.bearer()
    skyflow.control.fault({ status: 503, path: '/v1/auth/sa/oauth/token' })
    expect((await skyflow.exchange({})).status).toBe(503)
    expect((await skyflow.call('GET /patients', undefined, bearer)).status).toBe(200)
  })

  it('cannot be one that only other systems have', async () => {
    const skyflow = await openSkyflow()
    const body = JSON.stringify({ subscription: 'inactive' })
    const response = await fetch(`${skyflow.url}/_sandbox/faults`, { method: 'POST', body })
    expect([response.status, await response.json()]).toEqual([
      400,
      { error: 'subscription: this server has none' },
    ])
  })
})

describe('CORS of the emulated Skyflow', () => {
  const preflight = async (url: string, origin: string) =>
    fetch(`${url}/v1/vaults/v/patients`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'PUT',
        'access-control-request-headers': 'authorization,content-type,sky-metadata',
      },
    })

  it('reflects the origin and the headers asked for, without a bearer', async () => {
    const { url } = await openSkyflow()
    const { status, headers } = await preflight(url, 'https://a.example')
    expect(status).toBe(204)
    expect(headers.get('access-control-allow-origin')).toBe('https://a.example')
    expect(headers.get('access-control-allow-methods')).toContain('PUT')
    expect(headers.get('access-control-allow-headers')).toBe(
      'authorization,content-type,sky-metadata',
    )
  })

  it('lets a page read the request id, of refusals and of faults too', async () => {
    const { url, control } = await openSkyflow()
    const headers = { origin: 'https://a.example' }
    const refused = await fetch(`${url}/v1/vaults/v/patients`, { headers })
    control.fault({ status: 503 })
    const failed = await fetch(`${url}/v1/vaults/v/patients`, { headers })
    expect([refused.status, failed.status]).toEqual([401, 503])
    for (const response of [refused, failed]) {
      expect(response.headers.get('access-control-allow-origin')).toBe('https://a.example')
      expect(response.headers.get('access-control-expose-headers')).toBe('x-request-id')
    }
  })

  it.each([
    ['vendor', 'https://js.skyflow.com', true],
    ['vendor', 'http://localhost:5173', false],
    [['https://a.example'], 'https://a.example', true],
    [['https://a.example'], 'https://js.skyflow.com', false],
    ['closed', 'https://js.skyflow.com', false],
  ] as const)('in the mode %j admits %s: %s', async (cors, origin, isAdmitted) => {
    const { url } = await openSkyflow({ cors })
    const allowed = (await preflight(url, origin)).headers.get('access-control-allow-origin')
    expect(allowed).toBe(isAdmitted ? origin : null)
  })
})
