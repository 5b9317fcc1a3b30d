import { describe, expect, it } from 'vitest'
import { createLogins, createWorld, type Login, rejectionOf, type World } from '../setup.ts'

async function createQueried(): Promise<{ world: World; count: string; rows: string }> {
  const world = await createWorld({ vault: { deadlineMs: 1_000 } })
  const schema = await createLogins(world)
  await world.vault.create<Login>(schema, [
    { service: 'mail', visits: 2, password: { '%allot': 'a' } },
    { service: 'mail', visits: 3, password: { '%allot': 'b' } },
    { service: 'bank', visits: 9 },
  ])
  const matching = { $match: { service: '##service' } }
  const variables = { service: { type: 'string' } }
  const total = { $group: { _id: null, visits: { $sum: '$visits' } } }
  const { id: count } = await world.vault.createQuery({
    name: 'visits',
    schema,
    variables,
    pipeline: [matching, total],
  })
  const { id: rows } = await world.vault.createQuery({
    name: 'rows',
    schema,
    variables,
    pipeline: [
      matching,
      { $sort: { visits: 1 } },
      { $project: { _id: 0, visits: 1, password: 1 } },
    ],
  })
  return { world, count, rows }
}

describe('runQuery', () => {
  it('gives the rows that all nodes agree on, secrets joined', async () => {
    const { world, count, rows } = await createQueried()
    const total = await world.vault.runQuery(count, { service: 'mail' })
    expect(total.rows).toEqual([{ _id: null, visits: 5 }])
    expect([...total.byNode.keys()]).toEqual(world.audiences)

    const each = await world.vault.runQuery<Login>(rows, { service: 'mail' })
    expect(each.rows).toEqual([
      { visits: 2, password: 'a' },
      { visits: 3, password: 'b' },
    ])
  })

  it('gives plain rows with a node missing, and no rows that need its shares', async () => {
    const { world, count, rows } = await createQueried()
    world.sandbox.nodes[0]?.fault({ down: true })
    const total = await world.vault.runQuery(count, { service: 'mail' })
    expect(total).toMatchObject({
      rows: [{ visits: 5 }],
      missing: [{ audience: world.audiences[0] }],
    })
    const each = await world.vault.runQuery(rows, { service: 'mail' })
    expect(each.rows).toBeUndefined()
    expect(each.byNode.size).toBe(2)
  })

  it('says in the words of the nodes what is wrong with the variables', async () => {
    const { world, count } = await createQueried()
    const error = await rejectionOf(world.vault.runQuery(count))
    expect(error).toMatchObject({
      code: 'invalid_request',
      reasons: ['DataValidationError', expect.stringContaining('expected=1, received=0')],
    })
  })

  it('says which fields the nodes differ in, and of no value', async () => {
    const { world, rows } = await createQueried()
    world.sandbox.nodes[1]?.fault({ drop: true, path: '/api/v1/data/delete' })
    const schema = await schemaOf(world)
    await rejectionOf(world.vault.delete(schema, { visits: 2 }))
    world.sandbox.nodes[1]?.clearFaults()
    const error = await rejectionOf(world.vault.runQuery(rows, { service: 'mail' }))
    expect(error).toMatchObject({ code: 'disagreement', reasons: ['rows'] })
    expect(error).toMatchObject({ nodes: [{ ok: true }, { ok: true }, { ok: true }] })
  })

  it('joins rows by their ids where nodes give them in another order', async () => {
    const { world } = await createQueried()
    const schema = await schemaOf(world)
    const total = { $sum: '$visits' }
    const pipeline = [{ $group: { _id: '$service', total } }]
    const { id } = await world.vault.createQuery({ name: 'groups', schema, pipeline })
    const { rows } = await world.vault.runQuery<{ _id: string; total: number }>(id)
    expect(rows?.toSorted((a, b) => a.total - b.total)).toEqual([
      { _id: 'mail', total: 5 },
      { _id: 'bank', total: 9 },
    ])
  })
})

async function schemaOf({ vault }: World): Promise<string> {
  return (await vault.listSchemas()).items[0]?._id ?? ''
}
