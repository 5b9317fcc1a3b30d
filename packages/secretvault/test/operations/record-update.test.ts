import { describe, expect, it, vi } from 'vitest'
import { createLogins, createWorld, type Login, rejectionOf, type World } from '../setup.ts'

const UPDATE = '/api/v1/data/update'
const READ = '/api/v1/data/read'

async function createFilled(): Promise<{ world: World; schema: string; ids: string[] }> {
  const world = await createWorld({ vault: { writeDeadlineMs: 2_000 } })
  const schema = await createLogins(world)
  const { ids } = await world.vault.create<Login>(schema, [
    { service: 'mail', visits: 1, password: { '%allot': 'old' } },
    { service: 'bank', visits: 1, password: { '%allot': 'other' } },
  ])
  return { world, schema, ids }
}

const change = {
  filter: { service: 'mail' },
  update: { $set: { password: { '%allot': 'new' }, pin: { '%allot': 7 } }, $inc: { visits: 1 } },
}

describe('update', () => {
  it('changes secrets and plain fields of what fits, on all nodes', async () => {
    const { world, schema } = await createFilled()
    const result = await world.vault.update(schema, change)
    expect(result).toMatchObject({ matched: 1, modified: 1, nodes: [{ ok: true }, {}, {}] })
    const { records, incomplete } = await world.vault.find<Login>(schema)
    expect(incomplete).toEqual([])
    expect(records.find(({ service }) => service === 'mail')).toMatchObject({
      password: 'new',
      pin: 7,
      visits: 2,
    })
    expect(records.find(({ service }) => service === 'bank')).toMatchObject({ password: 'other' })
  })

  it('changes plain fields alone, which vendor clients with sharing cannot', async () => {
    const { world, schema } = await createFilled()
    await world.vault.update(schema, { filter: {}, update: { $set: { visits: 9 } } })
    const { records } = await world.vault.find<Login>(schema)
    expect(records.map(({ visits }) => visits)).toEqual([9, 9])
  })

  it('writes nothing where nothing fits', async () => {
    const { world, schema } = await createFilled()
    const nothing = { ...change, filter: { service: 'none' } }
    expect(await world.vault.update(schema, nothing)).toEqual({
      matched: 0,
      modified: 0,
      nodes: [],
    })
    const paths = world.sandbox.nodes[0]?.requests().requests.map(({ path }) => path)
    expect(paths).not.toContain(UPDATE)
  })

  it.each([
    ['no operator', {}],
    ['a field in place of an operator', { service: 'x' }],
    ['the positional $', { $set: { 'list.$.x': 1 } }],
    ['a secret that cannot be shared', { $set: { pin: { '%allot': 0.5 } } }],
  ])('refuses %s', async (_, update) => {
    const { world, schema } = await createFilled()
    const error = await rejectionOf(world.vault.update(schema, { filter: {}, update }))
    expect(error).toMatchObject({ code: 'invalid_argument' })
  })

  it.each([
    ['refuses', { status: 429 }],
    ['breaks after it changed', { status: 500, when: 'after' }],
    ['drops the connection after it changed', { drop: true, when: 'after' }],
    ['answers too late, after it changed', { delayMs: 3_500, when: 'after' }],
    ['changes late, while it is being looked at', { delayMs: 2_500, times: 1 }],
  ] as const)('puts everything back as it was if a node %s', async (_, fault) => {
    const { world, schema } = await createFilled()
    const before = await world.stored(schema)
    world.sandbox.nodes[1]?.fault({ ...fault, path: UPDATE, times: 1 })

    const error = await rejectionOf(world.vault.update(schema, change))
    expect(error).toMatchObject({ code: 'write_failed', residue: [], uncertain: [] })
    expect(await world.stored(schema)).toEqual(before)
  })

  it('puts back a field that was renamed, under its old name alone', async () => {
    const { world, schema } = await createFilled()
    const before = await world.stored(schema)
    world.sandbox.nodes[1]?.fault({ status: 429, path: UPDATE, times: 1 })
    const update = { $rename: { visits: 'count' } }
    const error = await rejectionOf(world.vault.update(schema, { filter: {}, update }))
    expect(error).toMatchObject({ code: 'write_failed' })
    expect(await world.stored(schema)).toEqual(before)
  })

  it('puts back the others and names a node that died', async () => {
    const { world, schema } = await createFilled()
    const before = await world.stored(schema)
    world.sandbox.nodes[1]?.fault({ drop: true, path: UPDATE })
    const error = await rejectionOf(world.vault.update(schema, change))
    expect(error).toMatchObject({
      code: 'write_incomplete',
      residue: [],
      uncertain: [{ audience: world.audiences[1] }],
    })
    expect(await world.stored(schema)).toEqual(before)
  })

  it('puts records back together that had the same content', async () => {
    const { world, schema } = await createFilled()
    const many = Array.from({ length: 40 }, (): Login => ({ service: 'bulk', visits: 1 }))
    await world.vault.create(schema, many)
    world.sandbox.nodes[1]?.fault({ status: 429, path: UPDATE })
    for (const node of world.sandbox.nodes) node.clearRequests()
    const update = { $set: { visits: 2 } }
    await rejectionOf(world.vault.update(schema, { filter: { service: 'bulk' }, update }))
    const calls = world.sandbox.nodes[0]?.requests().requests.find(({ path }) => path === UPDATE)
    expect(calls?.count).toBe(2)
    const { records } = await world.vault.find<Login>(schema, { service: 'bulk' })
    expect(records.filter(({ visits }) => visits === 1)).toHaveLength(40)
  })

  it('names the node that keeps the change because it cannot be put back', async () => {
    const { world, schema } = await createFilled()
    const [first, second] = world.sandbox.nodes
    second?.fault({ status: 429, delayMs: 500, path: UPDATE })
    const updating = rejectionOf(world.vault.update(schema, change))
    await vi.waitFor(() => {
      expect(first?.requests().requests).toContainEqual(expect.objectContaining({ path: UPDATE }))
    })
    first?.fault({ status: 500, path: UPDATE })

    expect(await updating).toMatchObject({
      code: 'write_incomplete',
      residue: [{ audience: world.audiences[0] }],
      uncertain: [],
    })
  })

  it('changes nothing where a node cannot be read first', async () => {
    const { world, schema } = await createFilled()
    const before = await world.stored(schema)
    world.sandbox.nodes[2]?.fault({ status: 500, path: READ })
    const error = await rejectionOf(world.vault.update(schema, change))
    expect(error).toMatchObject({ code: 'write_failed', cause: { code: 'node_error' } })
    expect(world.sandbox.nodes[0]?.requests().requests.map(({ path }) => path)).not.toContain(
      UPDATE,
    )
    expect(await world.stored(schema)).toEqual(before)
  })

  it('mends a record that an earlier failure left different on one node', async () => {
    const { world, schema, ids } = await createFilled()
    const send = world.client.fetchFor(world.audiences[1] as `records/${string}`)
    await send('api/v1/data/update', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        schema,
        filter: { _id: ids[0] },
        update: { $set: { service: 'odd' } },
      }),
    })
    expect((await world.vault.find(schema)).incomplete).toMatchObject([{ reason: 'conflict' }])

    const set = { service: 'post', password: { '%allot': 'new' } }
    await world.vault.update(schema, { filter: { service: 'mail' }, update: { $set: set } })
    const { records, incomplete } = await world.vault.find<Login>(schema)
    expect(incomplete).toEqual([])
    expect(records).toContainEqual(expect.objectContaining({ service: 'post', password: 'new' }))
  })

  it('puts back, too, what fitted the filter on other nodes only', async () => {
    const { world, schema, ids } = await createFilled()
    const send = world.client.fetchFor(world.audiences[1] as `records/${string}`)
    await send('api/v1/data/update', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        schema,
        filter: { _id: ids[0] },
        update: { $set: { service: 'odd' } },
      }),
    })
    const before = await world.stored(schema)
    world.sandbox.nodes[2]?.fault({ status: 429, path: UPDATE })
    expect(await rejectionOf(world.vault.update(schema, change))).toMatchObject({
      code: 'write_failed',
    })
    expect(await world.stored(schema)).toEqual(before)
  })

  it('renews tokens that grew old while it read, before it writes', async () => {
    const world = await createWorld({
      minter: { lifetimeMs: 5_000 },
      vault: { writeDeadlineMs: 3_000 },
    })
    const schema = await createLogins(world)
    await world.vault.create<Login>(schema, [{ service: 'mail' }])
    const before = world.brokerRequests()
    world.sandbox.nodes[1]?.fault({ delayMs: 2_000, path: READ, times: 1 })
    await world.vault.update(schema, change)
    expect(world.brokerRequests()).toBeGreaterThan(before)
  })
})
