import { describe, expect, it } from 'vitest'
import { credentialsSchema, openNode, SCHEMA_ID } from '../open-node.ts'

const ID = 'aaaaaaaa-aaaa-4aaa-8aaa-000000000001'

describe('a node that answers as nilDB 0.4', () => {
  const open = () => openNode({ seedVersion: '0.4' })

  it('names what it created or deleted, and asks for keys', async () => {
    const node = await open()
    const missing = await node.call('POST /api/v1/schemas', credentialsSchema)
    expect([missing.status, (await missing.json()).errors]).toEqual([
      400,
      ['key=keys, reason=Required'],
    ])
    const schema = { ...credentialsSchema, keys: ['_id'] }
    const created = await node.call('POST /api/v1/schemas', schema)
    expect([created.status, await created.json()]).toEqual([200, { data: SCHEMA_ID }])
    const data = [{ _id: ID, service: 'a' }]
    const records = await node.call('POST /api/v1/data/create', { schema: SCHEMA_ID, data })
    expect((await records.json()).data.created).toEqual([ID])
    const flushed = await node.call('POST /api/v1/data/flush', { schema: SCHEMA_ID })
    expect(await flushed.json()).toEqual({ data: 1 })
    const deleted = await node.call('DELETE /api/v1/schemas', { id: SCHEMA_ID })
    expect([deleted.status, await deleted.json()]).toEqual([200, { data: SCHEMA_ID }])
  })

  it('answers every error with 400, a bad token in capitals', async () => {
    const node = await open()
    const foreign = await node.call('POST /api/v1/data/flush', { schema: SCHEMA_ID })
    expect([foreign.status, (await foreign.json()).errors[0]]).toEqual([
      400,
      'ResourceAccessDeniedError',
    ])
    const refused = await node.call('GET /api/v1/schemas', undefined, 'bad')
    expect([refused.status, await refused.text()]).toEqual([401, 'UNAUTHORIZED'])
  })
})
