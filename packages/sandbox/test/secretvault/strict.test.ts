import { describe, expect, it } from 'vitest'
import { credentialsSchema, mint, openNode, SCHEMA_ID, secondsFromNow } from '../open-node.ts'
import es256k from '../vectors/es256k.json' with { type: 'json' }

describe('a strict node of the seed era', () => {
  it.each<[string, () => Promise<string> | string, number]>([
    ['as the seed makes it', () => mint(), 200],
    ['that ended a second ago', () => mint({ exp: secondsFromNow(-1) }), 401],
    ['without an end', () => mint({ exp: undefined as never }), 401],
    ['that ends at 0', () => mint({ exp: 0 }), 401],
    ['with its end in milliseconds', () => mint({ exp: Date.now() + 60_000 }), 401],
    ['without aud', () => mint({ aud: undefined as never }), 401],
    ['for the node among others', () => mint({ aud: [es256k.keys.node.didNilTestnet] }), 401],
    ['from a clock ahead', () => mint({ nbf: secondsFromNow(60) }), 401],
  ])('answers a token %s', async (_what, token, status) => {
    const node = await openNode({ isStrict: true })
    const answer = await node.call('GET /api/v1/schemas', undefined, await token())
    expect(answer.status).toBe(status)
  })

  it('refuses the high s that others take', async () => {
    const vector = es256k.vectors[0]!
    const statuses = [false, true].map(async (isStrict) => {
      const node = await openNode({ isStrict })
      node.control.fault({ clockOffsetMs: vector.input.payload.iat! * 1000 - Date.now() })
      const token = vector.variants[0]!.token
      return (await node.call('GET /api/v1/schemas', undefined, token)).status
    })
    expect(await Promise.all(statuses)).toEqual([200, 401])
  })

  it('looks at schemas and pipelines when they come', async () => {
    const node = await openNode({ isStrict: true })
    const schema = { type: 'nothing' }
    const wrong = await node.call('POST /api/v1/schemas', { ...credentialsSchema, schema })
    expect(wrong.status).toBe(400)
    const query = { _id: SCHEMA_ID, name: 'q', schema: SCHEMA_ID, variables: {} }
    const body = { ...query, pipeline: [{ $currentOp: {} }] }
    expect((await node.call('POST /api/v1/queries', body)).status).toBe(400)
  })
})

describe('a node of the seed era', () => {
  const path = `/api/beta/schemas/${SCHEMA_ID}` as const

  it('describes a collection, and fails to index it', async () => {
    const node = await openNode()
    await node.call('POST /api/v1/schemas', credentialsSchema)
    const meta = await node.call(`GET ${path}/meta`)
    expect((await meta.json()).data).toMatchObject({ id: SCHEMA_ID, count: 0 })
    const index = { name: 'by_age', keys: [{ age: 1 }], unique: false }
    const created = await node.call(`POST ${path}/indexes`, index)
    expect([created.status, (await created.json()).errors]).toEqual([
      404,
      ['PrimaryCollectionNotFoundError', `collection: ${SCHEMA_ID}`],
    ])
    expect((await node.call(`DELETE ${path}/indexes/by_age`)).status).toBe(404)
  })

  it('takes a body that comes in chunks', async () => {
    const node = await openNode()
    const body = new Blob([JSON.stringify(credentialsSchema)]).stream()
    const init = {
      method: 'POST',
      headers: { authorization: `Bearer ${await mint()}`, 'content-type': 'application/json' },
      body,
      duplex: 'half',
    }
    expect((await fetch(`${node.url}/api/v1/schemas`, init)).status).toBe(201)
  })
})
