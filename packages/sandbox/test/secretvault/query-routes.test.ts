import { describe, expect, it } from 'vitest'
import { type OpenNode, openNodeWithSchema, SCHEMA_ID } from '../open-node.ts'

const QUERY_ID = '22222222-2222-4222-8222-222222222222'
const id = (digit: number) => `aaaaaaaa-aaaa-4aaa-8aaa-00000000000${digit}`

interface Template {
  variables?: object
  pipeline: object[]
}

async function openNodeWithQuery({ variables = {}, pipeline }: Template): Promise<OpenNode> {
  const node = await openNodeWithSchema()
  const data = [
    { _id: id(1), service: 'a', age: 1, at: '2026-01-01T00:00:00Z' },
    { _id: id(2), service: 'b', age: 2, at: '2026-02-01T00:00:00Z' },
    { _id: id(3), service: 'b', age: 3, secret: { '%share': 'AAA=' } },
  ]
  await node.call('POST /api/v1/data/create', { schema: SCHEMA_ID, data })
  const query = { _id: QUERY_ID, name: 'q', schema: SCHEMA_ID, variables, pipeline }
  const added = await node.call('POST /api/v1/queries', query)
  expect(added.status).toBe(201)
  return node
}

async function execute(node: OpenNode, variables: object) {
  const response = await node.call('POST /api/v1/queries/execute', { id: QUERY_ID, variables })
  return { status: response.status, ...(await response.json()) }
}

describe('a query', () => {
  it('groups and counts', async () => {
    const node = await openNodeWithQuery({
      pipeline: [{ $group: { _id: '$service', total: { $sum: '$age' } } }, { $sort: { _id: 1 } }],
    })
    expect((await execute(node, {})).data).toEqual([
      { _id: 'a', total: 1 },
      { _id: 'b', total: 5 },
    ])
  })

  it.each([
    { type: 'array', items: { type: 'string' }, match: { service: { $in: '##v' } }, value: ['b'] },
    { type: 'date', match: { at: { $gt: '##v' } }, value: '2026-01-15T00:00:00Z' },
    { type: 'number', match: { age: { $gte: '##v' } }, value: 2 },
  ])('takes a variable of type $type', async ({ match, value, ...template }) => {
    const node = await openNodeWithQuery({
      variables: { v: { ...template, description: '' } },
      pipeline: [{ $match: match }],
    })
    const { data } = await execute(node, { v: value })
    expect(data.map(({ service }: { service: string }) => service)).not.toContain('a')
    expect(data.length).toBeGreaterThan(0)
  })

  it('says which variable its pipeline lacks', async () => {
    const node = await openNodeWithQuery({ pipeline: [{ $match: { service: '##gone' } }] })
    expect(await execute(node, {})).toMatchObject({
      status: 400,
      errors: ['VariableInjectionError', 'Missing pipeline variable: ##gone'],
    })
  })

  it('fails with 500 on a stage the database does not know', async () => {
    const node = await openNodeWithQuery({ pipeline: [{ $nope: {} }] })
    const { status, errors } = await execute(node, {})
    expect([status, errors[0], errors[1]]).toEqual([500, 'DatabaseError', 'runAggregation'])
  })

  it('joins another collection by its name', async () => {
    const join = { from: SCHEMA_ID, localField: 'service', foreignField: 'service', as: 'same' }
    const node = await openNodeWithQuery({
      pipeline: [{ $match: { age: 2 } }, { $lookup: join }, { $project: { same: 1 } }],
    })
    const { data } = await execute(node, {})
    expect(data[0].same).toHaveLength(2)
  })

  it('writes what it found where its last stage says so', async () => {
    const node = await openNodeWithQuery({
      pipeline: [{ $match: { service: 'b' } }, { $out: SCHEMA_ID }],
    })
    expect((await execute(node, {})).data).toEqual([])
    const body = { schema: SCHEMA_ID, filter: {} }
    const left = await (await node.call('POST /api/v1/data/read', body)).json()
    expect(left.data).toHaveLength(2)
  })

  it('merges what it found into a collection', async () => {
    const node = await openNodeWithQuery({
      pipeline: [{ $match: { age: 1 } }, { $set: { age: 9 } }, { $merge: { into: SCHEMA_ID } }],
    })
    await execute(node, {})
    const body = { schema: SCHEMA_ID, filter: { age: 9 } }
    const merged = await (await node.call('POST /api/v1/data/read', body)).json()
    expect(merged.data).toMatchObject([{ _id: id(1), age: 9 }])
  })

  it('answers 400 when its schema is gone', async () => {
    const node = await openNodeWithQuery({ pipeline: [] })
    await node.call('DELETE /api/v1/schemas', { id: SCHEMA_ID })
    expect(await execute(node, {})).toMatchObject({
      status: 400,
      errors: ['DataCollectionNotFoundError', `collection: ${SCHEMA_ID}`],
    })
  })

  it.each([
    ['reads', [{ $addFields: { 'secret.x': 1 } }]],
    [
      'joins',
      [
        { $lookup: { from: SCHEMA_ID, localField: 'age', foreignField: 'age', as: 'same' } },
        { $unwind: '$same' },
        { $set: { 'same.secret.x': 1 } },
      ],
    ],
  ])('changes no record by adding fields to what it %s', async (_verb, pipeline) => {
    const node = await openNodeWithQuery({ pipeline })
    const { data } = await execute(node, {})
    expect(JSON.stringify(data)).toContain('"x":1')
    const body = { schema: SCHEMA_ID, filter: {} }
    const stored = await (await node.call('POST /api/v1/data/read', body)).text()
    expect(stored).not.toContain('"x":1')
  })
})
