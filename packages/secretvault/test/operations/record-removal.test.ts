import { describe, expect, it } from 'vitest'
import { createLogins, createWorld, type Login, rejectionOf, type World } from '../setup.ts'

const DELETE = '/api/v1/data/delete'
const FLUSH = '/api/v1/data/flush'

async function createFilled(): Promise<{ world: World; schema: string }> {
  const world = await createWorld({ vault: { writeDeadlineMs: 1_500 } })
  const schema = await createLogins(world)
  const logins: Login[] = [{ service: 'mail' }, { service: 'bank' }]
  await world.vault.create(schema, logins)
  return { world, schema }
}

const countsOf = async (world: World, schema: string) =>
  (await world.stored(schema)).map((documents) => documents.length)

describe('delete', () => {
  it('deletes what fits from all nodes', async () => {
    const { world, schema } = await createFilled()
    const result = await world.vault.delete(schema, { service: 'mail' })
    expect(result).toMatchObject({ deleted: 1, nodes: [{ ok: true }, { ok: true }, { ok: true }] })
    expect(await countsOf(world, schema)).toEqual([1, 1, 1])
  })

  it('refuses an empty filter and points to flush', async () => {
    const { world, schema } = await createFilled()
    const error = await rejectionOf(world.vault.delete(schema, {}))
    expect(error).toMatchObject({
      code: 'invalid_argument',
      message: expect.stringContaining('flush'),
    })
    expect(await countsOf(world, schema)).toEqual([2, 2, 2])
  })

  it('tries a node again that failed', async () => {
    const { world, schema } = await createFilled()
    world.sandbox.nodes[1]?.fault({ drop: true, path: DELETE, times: 1 })
    world.sandbox.nodes[2]?.fault({ status: 503, path: DELETE, times: 2 })
    await world.vault.delete(schema, { service: 'mail' })
    expect(await countsOf(world, schema)).toEqual([1, 1, 1])
  })

  it('names the nodes that still hold it, or may, and can be called again', async () => {
    const { world, schema } = await createFilled()
    world.sandbox.nodes[1]?.fault({ status: 429, path: DELETE })
    world.sandbox.nodes[2]?.fault({ down: true })
    const error = await rejectionOf(world.vault.delete(schema, { service: 'mail' }))
    expect(error).toMatchObject({
      code: 'write_incomplete',
      retryable: true,
      residue: [{ audience: world.audiences[1] }],
      uncertain: [{ audience: world.audiences[2] }],
    })

    for (const node of world.sandbox.nodes) node.clearFaults()
    await world.vault.delete(schema, { service: 'mail' })
    expect(await countsOf(world, schema)).toEqual([1, 1, 1])
  })

  it('says that nothing changed where all refuse', async () => {
    const { world, schema } = await createFilled()
    for (const node of world.sandbox.nodes) node.fault({ status: 429, path: DELETE })
    const error = await rejectionOf(world.vault.delete(schema, { service: 'mail' }))
    expect(error).toMatchObject({ code: 'write_failed', status: 429, residue: [], uncertain: [] })
  })
})

describe('flush', () => {
  it('deletes every record of the schema, and names a node that did not', async () => {
    const { world, schema } = await createFilled()
    world.sandbox.nodes[0]?.fault({ status: 402, path: FLUSH, times: 1 })
    expect(await rejectionOf(world.vault.flush(schema))).toMatchObject({
      code: 'write_incomplete',
      residue: [{ audience: world.audiences[0] }],
    })
    expect(await world.vault.flush(schema)).toMatchObject({ deleted: 2 })
    expect(await countsOf(world, schema)).toEqual([0, 0, 0])
  })
})
