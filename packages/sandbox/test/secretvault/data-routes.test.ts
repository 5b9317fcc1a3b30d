import { describe, expect, it } from 'vitest'
import {
  credentialsSchema,
  type OpenNode,
  openNode,
  openNodeWithSchema,
  SCHEMA_ID,
} from '../open-node.ts'

const id = (digit: number) => `aaaaaaaa-aaaa-4aaa-8aaa-00000000000${digit}`
const record = (digit: number, more: object = {}) => ({ _id: id(digit), service: 'a', ...more })

async function create(node: OpenNode, ...data: object[]): Promise<Response> {
  return node.call('POST /api/v1/data/create', { schema: SCHEMA_ID, data })
}

async function read(node: OpenNode, filter: object): Promise<Record<string, unknown>[]> {
  const response = await node.call('POST /api/v1/data/read', { schema: SCHEMA_ID, filter })
  expect(response.status).toBe(200)
  return (await response.json()).data
}

const idsOf = (records: Record<string, unknown>[]) => records.map(({ _id }) => _id)

describe('records', () => {
  it('are stored but for the duplicates, which are named beside them with 200', async () => {
    const node = await openNodeWithSchema()
    await create(node, record(1))

    const response = await create(node, record(1, { service: 'b' }), record(2))

    expect(response.status).toBe(200)
    const { data } = await response.json()
    expect(data.created).toEqual([id(2)])
    expect(data.errors).toEqual([
      {
        error: expect.stringMatching(/^E11000 duplicate key error/),
        document: expect.objectContaining({ _id: id(1), service: 'b' }),
      },
    ])
    expect((await read(node, { _id: id(1) }))[0]).toMatchObject({ service: 'a' })
  })

  it('that come twice in one request are stored once, yet not named as created', async () => {
    const node = await openNodeWithSchema()
    const response = await create(node, record(1), record(1))
    const { data } = await response.json()
    expect([data.created, data.errors.length]).toEqual([[], 1])
    expect(await read(node, {})).toHaveLength(1)
  })

  it('get their id in lower case, whatever the case it came in', async () => {
    const node = await openNodeWithSchema()
    const response = await create(node, { _id: id(1).toUpperCase(), service: 'a' })
    expect((await response.json()).data.created).toEqual([id(1)])
    expect(await read(node, { _id: id(1).toUpperCase() })).toHaveLength(1)
  })

  it('without a UUID for an id are refused by the schema', async () => {
    const node = await openNodeWithSchema()
    const response = await create(node, { _id: 'nope', service: 'a' })
    expect(response.status).toBe(400)
    expect((await response.json()).errors).toEqual([
      'DataValidationError',
      '/0/_id: must match format "uuid"',
    ])
  })

  it('are read newest first', async () => {
    const node = await openNodeWithSchema()
    await create(node, record(1), record(2))
    node.control.fault({ clockOffsetMs: 1000 })
    await create(node, record(3))
    expect(idsOf(await read(node, {}))).toEqual([id(3), id(1), id(2)])
  })

  it('are tailed, the 25 newest', async () => {
    const node = await openNodeWithSchema()
    const many = Array.from({ length: 30 }, (_, index) => ({
      _id: crypto.randomUUID(),
      service: String(index),
    }))
    await create(node, ...many)
    const response = await node.call('POST /api/v1/data/tail', { schema: SCHEMA_ID })
    expect((await response.json()).data).toHaveLength(25)
  })

  it('are found by a date only where the filter says that it is one', async () => {
    const node = await openNodeWithSchema()
    await create(node, record(1, { at: '2026-01-02T03:04:05Z' }), record(2))
    const at = '2026-01-02T03:04:05Z'
    expect(await read(node, { at })).toEqual([])
    expect(idsOf(await read(node, { at, $coerce: { at: 'date' } }))).toEqual([id(1)])
  })

  it('are found by id at the top level of a filter alone', async () => {
    const node = await openNodeWithSchema()
    await create(node, record(1), record(2))
    expect(idsOf(await read(node, { _id: { $in: [id(2)] } }))).toEqual([id(2)])
    expect(await read(node, { $or: [{ _id: id(1) }] })).toEqual([])
    expect(await read(node, { _id: { $eq: id(1) } })).toEqual([])
  })

  it('change by operators, counted as matched or as modified', async () => {
    const node = await openNodeWithSchema()
    await create(node, record(1, { age: 1 }), record(2, { age: 2 }))
    const body = { schema: SCHEMA_ID, filter: { service: 'a' }, update: { $set: { age: 2 } } }
    const response = await node.call('POST /api/v1/data/update', body)
    expect((await response.json()).data).toMatchObject({ matchedCount: 2, modifiedCount: 1 })
    expect((await read(node, { _id: id(1) }))[0]).toMatchObject({ age: 2 })
  })

  it.each([
    ['an unknown operator', { $nope: { age: 1 } }],
    ['an operator beside a field', { $set: { age: 9 }, age: 1 }],
    ['another id', { $set: { _id: 'x', age: 9 } }],
    ['nothing', {}],
  ])('stay as they were when an update has %s', async (_what, update) => {
    const node = await openNodeWithSchema()
    await create(node, record(1, { age: 1 }))
    const body = { schema: SCHEMA_ID, filter: {}, update }
    const response = await node.call('POST /api/v1/data/update', body)
    expect(response.status).toBe(500)
    expect((await response.json()).errors.slice(0, 2)).toEqual(['DatabaseError', 'updateMany'])
    expect((await read(node, {}))[0]).toMatchObject({ _id: id(1), age: 1 })
  })

  it('that two share nothing after an update that set the same object in both', async () => {
    const node = await openNodeWithSchema()
    await create(node, record(1), record(2))
    const update = (filter: object, change: object) =>
      node.call('POST /api/v1/data/update', { schema: SCHEMA_ID, filter, update: change })
    await update({}, { $set: { secret: { deep: { a: 'x' } } } })
    await update({ _id: id(1) }, { $set: { 'secret.deep.a': 'y' } })
    expect((await read(node, { _id: id(2) }))[0]).toMatchObject({ secret: { deep: { a: 'x' } } })
  })

  it('answer 500 to a filter the database cannot read', async () => {
    const node = await openNodeWithSchema()
    await create(node, record(1))
    const ask = (filter: object) =>
      node.call('POST /api/v1/data/read', { schema: SCHEMA_ID, filter })

    const unknown = await ask({ service: { $nope: 1 } })
    expect((await unknown.json()).errors.slice(0, 2)).toEqual(['DatabaseError', 'findMany'])
    const badId = await ask({ _id: 'nope' })
    expect([badId.status, await badId.text()]).toEqual([500, 'Internal Server Error'])
  })

  it('larger than 16 MB are refused', async () => {
    const node = await openNodeWithSchema()
    const response = await create(node, record(1, { service: 'x'.repeat(16 * 1024 * 1024) }))
    expect([response.status, await response.text()]).toEqual([413, 'Payload Too Large'])
  })

  it('go with their schema', async () => {
    const node = await openNodeWithSchema()
    await create(node, record(1))
    expect((await node.call('DELETE /api/v1/schemas', { id: SCHEMA_ID })).status).toBe(204)
    await node.call('POST /api/v1/schemas', credentialsSchema)
    expect(await read(node, {})).toEqual([])
  })
})

describe('a JSON Schema', () => {
  const withItem = async (properties: object) => {
    const node = await openNode()
    const schema = { type: 'array', items: { type: 'object', properties } }
    await node.call('POST /api/v1/schemas', { _id: SCHEMA_ID, name: 'x', schema })
    return node
  }

  it('turns numeric text into a number where it coerces', async () => {
    const node = await withItem({ n: { type: 'string', format: 'numeric', coerce: true } })
    await create(node, { _id: id(1), n: '12.5' })
    expect((await read(node, { n: 12.5 }))[0]).toMatchObject({ n: 12.5 })
  })

  it('refuses what it cannot coerce', async () => {
    const node = await withItem({ n: { type: 'string', format: 'numeric', coerce: true } })
    const response = await create(node, { _id: id(1), n: 'abc' })
    expect((await response.json()).errors[1]).toBe('/0/n: must match format "numeric"')
  })

  it('gives a record an id where it lacks one', async () => {
    const node = await withItem({})
    const response = await create(node, { service: 'a' })
    expect((await response.json()).data.created).toEqual([expect.stringMatching(/^[\da-f-]{36}$/)])
  })

  it('that cannot be compiled is taken, and shows with the first records', async () => {
    const node = await withItem({ n: { type: 'string', coerce: true } })
    const response = await create(node, { _id: id(1) })
    expect(response.status).toBe(400)
    expect((await response.json()).errors).toEqual([
      'DataValidationError',
      'Coerce keyword requires format to be specified',
    ])
  })
})
