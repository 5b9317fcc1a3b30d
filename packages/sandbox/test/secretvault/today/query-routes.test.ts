import { describe, expect, it } from 'vitest'
import { mintNuc, stranger } from '../../nuc-tokens.ts'
import { type OpenOptions, strangerIdentity } from '../../open-node.ts'
import { COLLECTION_ID, create, id, type OpenToday, openWithCollection } from '../../open-today.ts'

const QUERY_ID = '22222222-2222-4222-8222-222222222222'

const query = {
  _id: QUERY_ID,
  name: 'sum',
  collection: COLLECTION_ID,
  variables: { service: { path: '$.pipeline[0].$match.service' } },
  pipeline: [{ $match: { service: '' } }, { $group: { _id: null, total: { $sum: '$age' } } }],
}

async function open(options: OpenOptions = {}, stored: object = query): Promise<OpenToday> {
  const node = await openWithCollection(options)
  const records = [1, 2, 3].map((age) => ({ _id: id(age), service: 'a', age }))
  await create(node, ...records)
  const answer = await node.ask('POST /v1/queries', stored)
  if (answer.status !== 201) throw new Error(await answer.text())
  return node
}

async function start(node: OpenToday, variables: object): Promise<string> {
  const answer = await node.ask('POST /v1/queries/run', { _id: QUERY_ID, variables })
  return (await answer.json()).data
}

async function read(node: OpenToday, run: string, page = '') {
  return (await node.ask(`GET /v1/queries/run/${run}${page}`)).json()
}

describe('a query run', () => {
  it('gives its rows', async () => {
    const node = await open()
    const { data, pagination } = await read(node, await start(node, { service: 'a' }))
    expect(data).toMatchObject({ query: QUERY_ID, status: 'complete', errors: [] })
    expect(data.result).toEqual([{ _id: null, total: 6 }])
    expect(pagination).toEqual({ total: 1, limit: 1000, offset: 0 })
  })

  it('takes as long as it is told to, by the clock of the node', async () => {
    const node = await open()
    node.control.fault({ queryRunMs: 40_000 })
    const run = await start(node, { service: 'a' })
    const running = await read(node, run)
    expect(running.data).toMatchObject({ status: 'running', result: [], errors: [] })
    expect(running.data.completed).toBe('1970-01-01T00:00:00.000Z')
    node.control.fault({ clockOffsetMs: 41_000 })
    expect((await read(node, run)).data).toMatchObject({ status: 'complete' })
  })

  it('gives its rows in pages', async () => {
    const node = await open({}, { ...query, variables: {}, pipeline: [{ $sort: { age: 1 } }] })
    const { data, pagination } = await read(node, await start(node, {}), '?limit=1&offset=1')
    expect(data.result).toEqual([expect.objectContaining({ age: 2 })])
    expect(pagination).toEqual({ total: 3, limit: 1, offset: 1 })
  })

  it.each([
    [{}, ['Query execution variables mismatch: ', 'missing=service']],
    [{ service: 'a', x: 1 }, ['Query execution variables mismatch: ', 'unexpected=x']],
    [{ service: ['a', 1] }, ['Unsupported mixed-type array']],
    [{ service: { $ne: 1 } }, ['Unsupported value type']],
    [{ service: 'a', $coerce: { service: 'uuid' } }, ['Invalid UUID']],
  ])('with the variables %j starts, and fails with the reason', async (variables, errors) => {
    const node = await open()
    const { data } = await read(node, await start(node, variables))
    expect(data).toMatchObject({ status: 'error', errors: ['DataValidationError', ...errors] })
  })

  it('is told to any builder, strictly to the one who started it', async () => {
    const did = strangerIdentity.didKey
    const statuses = [false, true].map(async (isStrict) => {
      const node = await open({ isStrict })
      const run = await start(node, { service: 'a' })
      const token = await mintNuc({ signer: stranger })
      await node.ask('POST /v1/builders/register', { did, name: 'other' }, token)
      return (await node.ask(`GET /v1/queries/run/${run}`, undefined, token)).status
    })
    expect(await Promise.all(statuses)).toEqual([200, 404])
  })

  it('of a query that is not there is refused at once', async () => {
    const node = await openWithCollection()
    const answer = await node.ask('POST /v1/queries/run', { _id: QUERY_ID, variables: {} })
    expect([answer.status, (await answer.json()).errors]).toEqual([
      404,
      ['DocumentNotFoundError', 'collection: queries', `filter: {"_id":"${QUERY_ID}"}`],
    ])
  })
})

describe('a stored query', () => {
  it.each([
    ['a stage nobody may use', { pipeline: [{ $currentOp: {} }] }, 'must match exactly one schema'],
    ['no stage', { pipeline: [] }, 'must NOT have fewer than 1 items'],
  ])('with %s is refused', async (_what, change, reason) => {
    const node = await openWithCollection()
    const answer = await node.ask('POST /v1/queries', { ...query, ...change })
    expect(answer.status).toBe(400)
    expect((await answer.json()).errors.join()).toContain(reason)
  })

  it('with a variable that points nowhere is refused by its shape', async () => {
    const node = await openWithCollection()
    const variables = { service: { path: 'service' } }
    const answer = await node.ask('POST /v1/queries', { ...query, variables })
    expect(await answer.json()).toMatchObject({ success: false })
  })

  it('is listed without its pipeline, and gone once deleted', async () => {
    const node = await open()
    const list = await (await node.ask('GET /v1/queries')).json()
    expect(list.data).toEqual([{ _id: QUERY_ID, name: 'sum', collection: COLLECTION_ID }])
    expect((await node.ask(`DELETE /v1/queries/${QUERY_ID}`)).status).toBe(200)
    expect((await node.ask(`GET /v1/queries/${QUERY_ID}`)).status).toBe(404)
  })
})
