import { describe, expect, it } from 'vitest'
import { createLogins, createWorld, LOGIN_SCHEMA, rejectionOf } from '../setup.ts'

const SCHEMAS = '/api/v1/schemas'
const _id = '33333333-3333-4333-8333-333333333333'
const logins = { name: 'logins', schema: LOGIN_SCHEMA }

describe('createSchema, listSchemas, deleteSchema', () => {
  it('create a schema on all nodes, list it, delete it', async () => {
    const { vault } = await createWorld()
    const { id, nodes } = await vault.createSchema(logins)
    expect(nodes).toMatchObject([{ ok: true, status: 201 }, { ok: true }, { ok: true }])
    expect(await vault.listSchemas()).toMatchObject({
      items: [{ _id: id, name: 'logins', schema: LOGIN_SCHEMA }],
      incomplete: [],
      missing: [],
    })
    await vault.deleteSchema(id)
    expect((await vault.listSchemas()).items).toEqual([])
  })

  it.each([
    ['refuses', { status: 429 }],
    ['drops the connection after it has created it', { drop: true, when: 'after' }],
    ['breaks before it has created it', { status: 500 }],
  ] as const)('create it nowhere if a node %s', async (_, fault) => {
    const { vault, sandbox } = await createWorld({ vault: { writeDeadlineMs: 1_000 } })
    sandbox.nodes[1]?.fault({ ...fault, path: SCHEMAS, method: 'POST' })
    expect(await rejectionOf(vault.createSchema(logins))).toMatchObject({
      code: 'write_failed',
      residue: [],
      uncertain: [],
    })
    expect(await vault.listSchemas()).toMatchObject({ items: [], incomplete: [] })
  })

  it('never delete an earlier schema of the same id, whose records would go with it', async () => {
    const { vault, sandbox } = await createWorld({ vault: { writeDeadlineMs: 1_000 } })
    await vault.createSchema({ ...logins, _id })
    sandbox.nodes[1]?.fault({ drop: true, path: SCHEMAS, method: 'POST' })
    const error = await rejectionOf(vault.createSchema({ ...logins, _id }))
    expect(error).toMatchObject({ code: 'write_incomplete', uncertain: [{}], residue: [] })
    expect((await vault.listSchemas()).items).toHaveLength(1)
  })

  it('say which nodes lack a schema that others have, and delete it where it is', async () => {
    const { vault, client, audiences } = await createWorld()
    const send = client.fetchFor(audiences[2] as `records/${string}`)
    await send('api/v1/schemas', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...logins, _id }),
    })
    expect(await vault.listSchemas()).toMatchObject({
      items: [],
      incomplete: [{ item: { _id }, missingFrom: [{ audience: audiences[0] }, {}] }],
    })
    await vault.deleteSchema(_id)
    expect((await vault.listSchemas()).incomplete).toEqual([])
  })

  it('report the deletion of what no node has', async () => {
    const { vault } = await createWorld()
    expect(await rejectionOf(vault.deleteSchema(_id))).toMatchObject({
      code: 'write_failed',
      status: 404,
      cause: { code: 'not_found' },
    })
  })
})

describe('createQuery, listQueries, deleteQuery', () => {
  it('create a query on all nodes, list it, delete it', async () => {
    const world = await createWorld()
    const { vault } = world
    const schema = await createLogins(world)
    const query = { name: 'all', schema, pipeline: [{ $match: {} }] }
    const { id } = await vault.createQuery(query)
    expect((await vault.listQueries()).items).toMatchObject([{ _id: id, ...query, variables: {} }])
    await vault.deleteQuery(id)
    expect((await vault.listQueries()).items).toEqual([])
  })
})
