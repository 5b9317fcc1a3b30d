import { describe, expect, it } from 'vitest'
import { mintNuc, stranger } from '../../nuc-tokens.ts'
import { strangerIdentity } from '../../open-node.ts'
import { COLLECTION_ID, create, find, id, openToday, openWithCollection } from '../../open-today.ts'

const record = (digit: number, more: object = {}) => ({ _id: id(digit), service: 'a', ...more })

describe('creating records', () => {
  it('answers 201 for all, 207 for some, 400 for none', async () => {
    const node = await openWithCollection()
    const answers = [
      await create(node, record(1), record(2)),
      await create(node, record(2), record(3)),
      await create(node, record(2)),
    ]
    expect(answers.map(({ status }) => status)).toEqual([201, 207, 400])
    const { data } = await answers[1]!.json()
    expect(data.created).toEqual([id(3)])
    expect(data.errors).toEqual([
      { error: expect.stringContaining('E11000'), document: expect.objectContaining(record(2)) },
    ])
  })

  it('looks for a collection of that type, of that builder', async () => {
    const node = await openWithCollection({ type: 'owned' })
    const answer = await create(node, record(1))
    expect([answer.status, (await answer.json()).errors]).toEqual([
      404,
      [
        'DocumentNotFoundError',
        'collection: collections',
        `filter: {"_id":"${COLLECTION_ID}","type":"standard"}`,
      ],
    ])
  })

  it('in part, when told to, leaves the last one out', async () => {
    const node = await openWithCollection()
    node.control.fault({ partialCreate: true })
    const answers = [await create(node, record(1), record(2)), await create(node, record(3))]
    expect(answers.map(({ status }) => status)).toEqual([207, 400])
    expect(await find(node, {})).toEqual([expect.objectContaining(record(1))])
  })
})

describe('finding records', () => {
  it('gives a page of them, the newest first whatever the sort', async () => {
    const node = await openWithCollection()
    await create(node, record(1, { age: 1 }))
    node.control.fault({ clockOffsetMs: 1000 })
    await create(node, record(2, { age: 2 }))
    const pagination = { limit: 1, offset: 0, sort: { age: 1 } }
    const body = { collection: COLLECTION_ID, filter: {}, pagination }
    const answer = await (await node.ask('POST /v1/data/find', body)).json()
    expect(answer.data).toEqual([expect.objectContaining({ _id: id(2) })])
    expect(answer.pagination).toEqual({ total: 2, limit: 1, offset: 0 })
    const tail = await node.ask(`GET /v1/data/${COLLECTION_ID}/tail?limit=1`)
    expect((await tail.json()).data).toEqual(answer.data)
  })

  it('coerces the id where it is text, elsewhere by path', async () => {
    const node = await openWithCollection()
    await create(node, record(1, { at: '2026-01-01T00:00:00Z' }), record(2))
    const ids = { $in: [id(1), id(2)] }
    expect(await find(node, { _id: id(1) })).toHaveLength(1)
    expect(await find(node, { _id: ids })).toHaveLength(0)
    expect(await find(node, { _id: ids, $coerce: { '_id.$in': 'uuid' } })).toHaveLength(2)
    const since = { $gte: '2026-01-01T00:00:00.000Z' }
    expect(await find(node, { at: since, $coerce: { 'at.$gte': 'date' } })).toHaveLength(1)
  })

  it('answers 400 to what it cannot coerce, an operator on a date of its own included', async () => {
    const node = await openWithCollection()
    const ask = async (filter: object) => {
      const body = { collection: COLLECTION_ID, filter }
      const answer = await node.ask('POST /v1/data/find', body)
      return [answer.status, (await answer.json()).errors[0]]
    }
    expect(await ask({ _id: 'nope' })).toEqual([400, 'DataValidationError'])
    const since = { $gt: '2026-01-01T00:00:00Z' }
    expect(await ask({ _created: since })).toEqual([400, 'DataValidationError'])
  })

  it('is refused to another builder', async () => {
    const node = await openWithCollection()
    const token = await mintNuc({ signer: stranger })
    const did = strangerIdentity.didKey
    await node.ask('POST /v1/builders/register', { did, name: 'other' }, token)
    const body = { collection: COLLECTION_ID, filter: {} }
    const answer = await node.ask('POST /v1/data/find', body, token)
    expect([answer.status, (await answer.json()).errors]).toEqual([
      404,
      ['ResourceAccessDeniedError', 'type: collection', `object: ${COLLECTION_ID}`, `user: ${did}`],
    ])
  })
})

describe('updating records', () => {
  it('coerces by path, and leaves the date of the last change as it was', async () => {
    const node = await openWithCollection()
    await create(node, record(1))
    const [before] = await find(node, {})
    node.control.fault({ clockOffsetMs: 1000 })
    const update = { $set: { at: '2026-01-01T00:00:00Z' }, $coerce: { '$set.at': 'date' } }
    const body = { collection: COLLECTION_ID, filter: { _id: id(1) }, update }
    const answer = await node.ask('POST /v1/data/update', body)
    expect((await answer.json()).data).toMatchObject({ matched: 1, modified: 1 })
    expect(await find(node, {})).toEqual([
      { ...(before as object), at: '2026-01-01T00:00:00.000Z' },
    ])
  })
})

describe('an index', () => {
  const index = (more: object = {}) => ({
    collection: COLLECTION_ID,
    name: 'by_service',
    keys: [{ service: 1 }],
    unique: true,
    ...more,
  })
  const path = `/v1/collections/${COLLECTION_ID}/indexes` as const

  it('that is unique refuses the second of a kind, created or updated', async () => {
    const node = await openWithCollection()
    expect((await node.ask(`POST ${path}`, index())).status).toBe(200)
    const created = await create(node, record(1), record(2), record(3, { service: 'b' }))
    expect(created.status).toBe(207)
    const body = { collection: COLLECTION_ID, filter: { service: 'b' } }
    const update = { $set: { service: 'a' } }
    const updated = await node.ask('POST /v1/data/update', { ...body, update })
    expect(updated.status).toBe(500)
    expect(await find(node, { service: 'b' })).toHaveLength(1)
  })

  it.each([
    ['another of its name', index({ keys: [{ age: 1 }] }), 500],
    [
      'one with a lifetime over two members',
      index({ name: 'both', keys: [{ a: 1 }, { b: 1 }], ttl: 5 }),
      400,
    ],
    ['one over two members at once', index({ keys: [{ a: 1, b: 1 }] }), 400],
    ['the same again', index(), 200],
  ])('%s', async (_what, body, status) => {
    const node = await openWithCollection()
    await node.ask(`POST ${path}`, index())
    expect((await node.ask(`POST ${path}`, body)).status).toBe(status)
  })

  it('that is not there cannot be dropped, nor the one on the id', async () => {
    const node = await openWithCollection()
    const statuses = ['by_nothing', '_id_', '_created_1'].map(
      async (name) => (await node.ask(`DELETE ${path}/${name}`)).status,
    )
    expect(await Promise.all(statuses)).toEqual([404, 500, 200])
  })
})

describe('a collection', () => {
  it('with a schema that cannot be compiled is refused at once', async () => {
    const node = await openToday()
    const schema = { type: 'array', items: { properties: { n: { type: 'string', coerce: true } } } }
    const body = { _id: COLLECTION_ID, type: 'standard', name: 'x', schema }
    const answer = await node.ask('POST /v1/collections', body)
    expect([answer.status, (await answer.json()).errors]).toEqual([
      400,
      ['DataValidationError', 'Coerce keyword requires format to be specified'],
    ])
  })

  it('tells how much is in it', async () => {
    const node = await openWithCollection()
    await create(node, record(1))
    const answer = await node.ask(`GET /v1/collections/${COLLECTION_ID}`)
    const { data } = await answer.json()
    expect(data).toMatchObject({ _id: COLLECTION_ID, count: 1, size: expect.any(Number) })
    expect(data.first_write).toBe(data.last_write)
    expect(data.indexes[0]).toEqual({ v: 2, key: { _id: 1 }, name: '_id_', unique: false })
  })
})
