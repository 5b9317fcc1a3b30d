import { describe, expect, it } from 'vitest'
import type { Era } from '../../src/index.ts'
import { createLogins, createWorld, type Login, rejectionOf } from '../setup.ts'

const READ = { seed: '/api/v1/data/read', today: '/v1/data/find' } as const

/** Five logins, made one after another. */
async function createFive(era: Era) {
  const world = await createWorld({ era })
  const schema = await createLogins(world)
  const ids: string[] = []
  for (let visits = 0; visits < 5; visits++) {
    const password = { '%allot': `secret ${visits}` }
    ids.push(
      ...(await world.vault.create<Login>(schema, [{ service: 'mail', visits, password }])).ids,
    )
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  return { ...world, schema, ids }
}

describe.each(['seed', 'today'] as const)('a page, era %s', (era) => {
  it('holds so many of the newest, after so many, and says how many there are', async () => {
    const { vault, schema } = await createFive(era)
    const page = async (options: { limit?: number; offset?: number }) => {
      const { records, total, incomplete } = await vault.find<Login>(schema, {}, options)
      return { visits: records.map(({ visits }) => visits), total, incomplete }
    }
    const rest = { total: 5, incomplete: [] }
    expect(await page({ limit: 2 })).toEqual({ visits: [4, 3], ...rest })
    expect(await page({ limit: 2, offset: 3 })).toEqual({ visits: [1, 0], ...rest })
    expect(await page({ offset: 4 })).toEqual({ visits: [0], ...rest })
    expect(await page({ limit: 9, offset: 5 })).toEqual({ visits: [], ...rest })
    for (const wrong of [{ limit: 0 }, { limit: 1.5 }, { offset: -1 }])
      expect(await rejectionOf(page(wrong))).toMatchObject({ code: 'invalid_argument' })
  })

  it('is the same on all nodes, although they cut their lists at different places', async () => {
    const { vault, sandbox, schema, client, audiences, ids } = await createFive(era)
    // The second node has lost the newest.
    const [path, name] =
      era === 'seed' ? ['api/v1/data/delete', 'schema'] : ['v1/data/delete', 'collection']
    await client.fetchFor(audiences[1] as `records/${string}`)(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ [name]: schema, filter: { _id: ids[4] } }),
    })
    for (const node of sandbox.nodes) node.clearRequests()
    const found = await vault.find<Login>(schema, {}, { limit: 2 })
    expect(found.records.map(({ password }) => password)).toEqual(['secret 3'])
    expect(found.incomplete).toMatchObject([{ _id: ids[4], reason: 'absent' }])
    const calls = sandbox.nodes.map((node) =>
      node.requests().requests.find((request) => request.path === READ[era]),
    )
    expect(calls.map((call) => call?.count)).toEqual([2, 2, 2])
  })
})

describe('filters on ids and times', () => {
  it('mean what they say on nodes of today', async () => {
    const { vault, schema, ids } = await createFive('today')
    const [first = '', second = ''] = ids
    const visits = async (filter: Record<string, unknown>) =>
      (await vault.find<Login>(schema, filter)).records.map((record) => record.visits)
    expect(await visits({ $or: [{ _id: first }, { _id: { $in: [second] } }] })).toEqual([1, 0])
    expect(await visits({ _id: { $not: { $in: [first, second] } } })).toEqual([4, 3, 2])
    const [latest] = (await vault.find<Login>(schema, { _id: ids[4] })).records
    expect(await visits({ _created: { $lt: latest?._created }, visits: { $gt: 2 } })).toEqual([3])
  })

  it('delete no more than they say on nodes of the seed era', async () => {
    const { vault, schema, ids } = await createFive('seed')
    expect(await vault.delete(schema, { _id: { $ne: ids[0] } })).toMatchObject({ deleted: 4 })
    expect((await vault.find(schema)).records).toMatchObject([{ _id: ids[0] }])
    const error = await rejectionOf(vault.delete(schema, { $nor: [{ _id: ids[0] }] }))
    expect(error).toMatchObject({ code: 'unsupported' })
  })
})

describe.each(['seed', 'today'] as const)('a Date, era %s', (era) => {
  it('is one as the variable of a query', async () => {
    const { vault } = await createWorld({ era })
    const at = { type: 'string', format: 'date-time', coerce: true }
    const schema = { type: 'array', items: { type: 'object', properties: { at } } }
    const { id } = await vault.createSchema({ name: 'visits', schema })
    await vault.create(id, [
      { n: 1, at: new Date(1_000) },
      { n: 2, at: new Date(3_000) },
    ])
    const query = await vault.createQuery({
      name: 'since',
      schema: id,
      variables: { since: { type: 'date' } },
      pipeline: [{ $match: { at: { $gte: '##since' } } }],
    })
    const { rows } = await vault.runQuery(query.id, { since: new Date(2_000) })
    expect(rows).toMatchObject([{ n: 2 }])
  })
})

describe('a date on nodes of today', () => {
  it('is a date again where an update of it is undone', async () => {
    const { vault, sandbox } = await createWorld({ era: 'today' })
    const at = { type: 'string', format: 'date-time', coerce: true }
    const schema = { type: 'array', items: { type: 'object', properties: { at } } }
    const { id } = await vault.createSchema({ name: 'visits', schema })
    await vault.create(id, [{ at: new Date(3_000) }])
    sandbox.nodes[1]?.fault({ status: 429, path: '/v1/data/update' })
    const update = { $set: { at: new Date(0) }, $coerce: { '$set.at': 'date' } }
    await rejectionOf(vault.update(id, { filter: {}, update }))
    const since = { at: { $gte: new Date(2_000) }, $coerce: { 'at.$gte': 'date' } }
    expect((await vault.find(id, since)).records).toHaveLength(1)
  })
})
