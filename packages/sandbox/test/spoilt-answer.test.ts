import { describe, expect, it } from 'vitest'
import { mint, openNode, openNodeWithSchema, SCHEMA_ID } from './open-node.ts'

const PATH = '/api/v1/schemas'

describe('a spoilt body', () => {
  it('is a gateway page with the status the server has, or the one named', async () => {
    const node = await openNode()
    node.control.fault({ body: 'html', times: 1 })
    node.control.fault({ body: 'html', status: 502, times: 1 })
    const [page, failure] = [await node.call(`GET ${PATH}`), await node.call(`GET ${PATH}`)]
    expect([page.status, failure.status]).toEqual([200, 502])
    for (const response of [page, failure]) {
      expect(response.headers.get('content-type')).toBe('text/html')
      expect(await response.text()).toMatch(/^<!doctype html>/)
    }
    expect(await (await node.call(`GET ${PATH}`)).json()).toEqual({ data: [] })
  })

  it('that is truncated breaks the connection in the middle, after the status', async () => {
    const node = await openNode()
    node.control.fault({ body: 'truncated', times: 1 })
    const response = await node.call(`GET ${PATH}`)
    expect([response.status, response.headers.get('content-length')]).toEqual([200, '11'])
    await expect(response.text()).rejects.toThrow('terminated')
    expect((await node.call(`GET ${PATH}`)).status).toBe(200)
  })

  it('that is truncated breaks an empty answer too', async () => {
    const node = await openNodeWithSchema()
    node.control.fault({ body: 'truncated' })
    const created = await node.call('DELETE /api/v1/schemas', { id: SCHEMA_ID })
    await expect(created.text()).rejects.toThrow('terminated')
  })

  it('that is malformed ends properly, and is no JSON', async () => {
    const node = await openNode()
    node.control.fault({ body: 'malformed' })
    const response = await node.call(`GET ${PATH}`)
    expect(response.headers.get('content-type')).toMatch(/^application\/json/)
    expect(await response.text()).toBe('{"dat')
  })

  it.each(['html', 'truncated', 'malformed'] as const)(
    'that is %s comes after the deed, counted with the status that went out',
    async (body) => {
      const node = await openNodeWithSchema()
      node.control.clearRequests()
      node.control.fault({ body, method: 'POST', times: 1 })
      const data = [{ _id: crypto.randomUUID(), service: 'a' }]
      const create = await node.call('POST /api/v1/data/create', { schema: SCHEMA_ID, data })
      await create.text().catch(() => 'cut short')
      expect(node.control.requests().requests).toEqual([
        { method: 'POST', path: '/api/v1/data/create', status: 200, count: 1 },
      ])
      const read = await node.call('POST /api/v1/data/read', { schema: SCHEMA_ID, filter: {} })
      expect((await read.json()).data).toHaveLength(1)
    },
  )

  it('of a refusal leaves the server out of it, and can be read by a page', async () => {
    const node = await openNodeWithSchema()
    node.control.fault({ body: 'malformed', status: 500, method: 'POST', times: 1 })
    const data = [{ _id: crypto.randomUUID(), service: 'a' }]
    const headers = {
      origin: 'https://a.example',
      authorization: `Bearer ${await mint()}`,
      'content-type': 'application/json',
    }
    const body = JSON.stringify({ schema: SCHEMA_ID, data })
    const url = `${node.url}/api/v1/data/create`
    const response = await fetch(url, { method: 'POST', headers, body })
    expect([response.status, await response.text()]).toEqual([500, 'Internal S'])
    expect(response.headers.get('access-control-allow-origin')).toBe('https://a.example')
    const read = await node.call('POST /api/v1/data/read', { schema: SCHEMA_ID, filter: {} })
    expect((await read.json()).data).toEqual([])
  })
})
