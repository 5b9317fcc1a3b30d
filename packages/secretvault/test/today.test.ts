/** The same operations on nodes of today's era. */
import { createBroker } from '@valetkey/broker'
import { serveBroker } from '@valetkey/broker/node'
import { createTokenClient } from '@valetkey/client'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type Acl, createSecretVault } from '../src/index.ts'
import { secretvault } from '../src/minter/index.ts'
import {
  createLogins,
  createWorld,
  type Login,
  LOGIN_SCHEMA,
  rejectionOf,
  type World,
  type WorldOptions,
} from './setup.ts'

const CREATE = '/v1/data/standard'

const createToday = (options: WorldOptions = {}): Promise<World> =>
  createWorld({ era: 'today', ...options })

const logins: Login[] = [
  { service: 'mail', password: { '%allot': 'hunter2' }, pin: { '%allot': 1234 } },
  { service: 'bank', visits: 3 },
]

describe('records on nodes of today', () => {
  it('are created, found, changed, deleted, flushed', async () => {
    const world = await createToday()
    const { vault } = world
    const schema = await createLogins(world)
    const { ids } = await vault.create<Login>(schema, logins)
    const found = await vault.find<Login>(schema, { _id: { $in: ids } })
    expect(found).toMatchObject({ incomplete: [], missing: [] })
    expect(found.records.find(({ service }) => service === 'mail')).toMatchObject({
      password: 'hunter2',
      pin: 1234,
    })
    const update = { $set: { pin: { '%allot': 1 }, visits: 4 } }
    expect(await vault.update(schema, { filter: { _id: { $in: ids } }, update })).toMatchObject({
      matched: 2,
      modified: 2,
    })
    const { records } = await vault.tail<Login>(schema)
    expect(records.map(({ pin, visits }) => [pin, visits])).toEqual([
      [1, 4],
      [1, 4],
    ])
    expect(await vault.delete(schema, { _id: ids[0] })).toMatchObject({ deleted: 1 })
    const flushed = await vault.flush(schema)
    expect(flushed.nodes).toHaveLength(3)
    expect(flushed).not.toHaveProperty('deleted')
    expect(await world.stored(schema)).toEqual([[], [], []])
  })

  it('are read to the last page', async () => {
    const world = await createToday()
    const schema = await createLogins(world)
    const many = Array.from({ length: 2_500 }, (_, i): Login => ({ service: 'bulk', visits: i }))
    await world.vault.create(schema, many)
    const { records, incomplete } = await world.vault.find<Login>(schema, { service: 'bulk' })
    expect(incomplete).toEqual([])
    const visits = records.map((record) => record.visits)
    expect(new Set(visits).size).toBe(2_500)
  })

  it.each([
    ['takes none of them', { status: 429, path: CREATE }],
    ['takes only some of them (207)', { partialCreate: true }],
    ['breaks after it has stored', { status: 500, when: 'after', path: CREATE }],
    ['drops the connection after it has stored', { drop: true, when: 'after', path: CREATE }],
    ['is under maintenance', { status: 503, path: CREATE }],
  ] as const)('leave nothing anywhere if a node %s', async (_, fault) => {
    const world = await createToday({ vault: { writeDeadlineMs: 2_000 } })
    const schema = await createLogins(world)
    world.sandbox.nodes[1]?.fault(fault)
    const error = await rejectionOf(world.vault.create(schema, logins))
    expect(error).toMatchObject({ code: 'write_failed', residue: [], uncertain: [] })
    expect(await world.stored(schema)).toEqual([[], [], []])
  })

  it('say whose id is taken where every one is (400)', async () => {
    const world = await createToday()
    const schema = await createLogins(world)
    const _id = '33333333-3333-4333-8333-333333333333'
    await world.vault.create(schema, [{ _id, service: 'old' }])
    const error = await rejectionOf(world.vault.create(schema, [{ _id, service: 'new' }]))
    expect(error).toMatchObject({ code: 'write_failed', cause: { code: 'duplicate' } })
    expect((await world.vault.find(schema)).records).toMatchObject([{ service: 'old' }])
  })

  it('are not written with a token that may only read, and the error says so', async () => {
    const world = await createToday({ nuc: { command: '/nil/db/data/read' } })
    const schema = '33333333-3333-4333-8333-333333333333'
    const error = await rejectionOf(world.vault.create(schema, logins))
    expect(error).toMatchObject({ code: 'write_failed', status: 403, cause: { code: 'forbidden' } })
  })

  it('name the fields that a node cannot read', async () => {
    const world = await createToday()
    const error = await rejectionOf(world.vault.find('no-uuid'))
    expect(error).toMatchObject({ code: 'invalid_request', reasons: [/collection/] })
  })
})

describe('ids in addresses of today', () => {
  it('are UUIDs, so that none of them leads elsewhere', async () => {
    const world = await createToday()
    const schema = await createLogins(world)
    const elsewhere = `../collections/${schema}?`
    const { vault } = world
    const name = { collection: schema, document: '..' }
    for (const call of [
      vault.flush(elsewhere),
      vault.tail(elsewhere),
      vault.deleteSchema(`${schema}/indexes/x`),
      vault.deleteQuery(''),
      vault.owned.read(name),
      vault.owned.delete(name),
    ])
      expect(await rejectionOf(call)).toMatchObject({ code: 'invalid_argument' })
    expect((await vault.listSchemas()).items).toMatchObject([{ _id: schema }])
  })
})

describe('collections and queries on nodes of today', () => {
  it('are created, listed, removed', async () => {
    const { vault } = await createToday()
    const schema = { name: 'notes', schema: LOGIN_SCHEMA, type: 'owned' } as const
    const { id } = await vault.createSchema(schema)
    expect((await vault.listSchemas()).items).toEqual([
      { _id: id, name: 'notes', type: 'owned', schema: undefined },
    ])
    const query = { name: 'all', schema: id, pipeline: [{ $match: {} }] }
    const { id: queryId } = await vault.createQuery(query)
    expect((await vault.listQueries()).items).toMatchObject([{ _id: queryId, schema: id }])
    await vault.deleteQuery(queryId)
    await vault.deleteSchema(id)
    expect((await vault.listSchemas()).items).toEqual([])
  })
})

describe('records that users own', () => {
  async function createOwned() {
    const world = await createToday({ vault: { writeDeadlineMs: 2_000 } })
    const { id: collection } = await world.vault.createSchema({
      name: 'notes',
      schema: LOGIN_SCHEMA,
      type: 'owned',
    })
    const grantee = world.sandbox.secretvault.builderDid
    const acl: Acl = { grantee, read: true, write: true, execute: false }
    const creation = { records: logins, owner: world.user.did, acl }
    const { ids } = await world.vault.owned.create(collection, creation)
    const [document = ''] = ids
    return { world, mine: world.user.vault.owned, name: { collection, document }, acl }
  }

  it('are listed, read, changed and deleted by the user alone', async () => {
    const { world, mine, name } = await createOwned()
    expect((await mine.list()).items).toContainEqual(expect.objectContaining(name))
    expect((await mine.read<Login>(name)).records).toMatchObject([
      { _owner: world.user.did, password: 'hunter2', pin: 1234 },
    ])
    const update = { $set: { pin: { '%allot': 7 } } }
    expect(await mine.update({ ...name, update })).toMatchObject({ modified: 1 })
    expect((await mine.read<Login>(name)).records).toMatchObject([{ pin: 7 }])
    await mine.delete(name)
    expect((await mine.list()).items).toHaveLength(1)
    expect(await rejectionOf(mine.read(name))).toMatchObject({ code: 'not_found' })
  })

  it('are granted and withdrawn on all nodes', async () => {
    const { world, mine, name, acl } = await createOwned()
    const builder = world.sandbox.secretvault.builderDid
    await mine.grant({ ...name, acl: { ...acl, write: false, execute: true } })
    const [record] = (await mine.read<{ _acl: Acl[] }>(name)).records
    expect(record?._acl).toHaveLength(2)
    // The sandbox, as the vendor, does not let the collection's own builder be shut out.
    const error = await rejectionOf(mine.revoke({ ...name, grantee: builder }))
    expect(error).toMatchObject({ code: 'write_failed', status: 400 })
  })

  it('say of a node that has lost one what it lacks', async () => {
    const { world, mine, name } = await createOwned()
    const path = '/v1/users/data/*'
    for (const node of world.sandbox.nodes.slice(1))
      node.fault({ drop: true, path, method: 'DELETE' })
    const error = await rejectionOf(mine.delete(name))
    expect(error).toMatchObject({ code: 'write_incomplete', uncertain: [{}, {}] })
    expect((await mine.read<Login>(name)).incomplete).toMatchObject([
      { reason: 'absent', plaintext: { service: 'mail' } },
    ])
    for (const node of world.sandbox.nodes) node.clearFaults()
    await (error as { repair(): Promise<void> }).repair()
    expect(await rejectionOf(mine.read(name))).toMatchObject({ code: 'not_found' })
  })

  it('are nothing that seed-era nodes have', async () => {
    const { vault } = await createWorld()
    expect(await rejectionOf(vault.owned.list())).toMatchObject({ code: 'unsupported' })
  })
})

describe('the era', () => {
  it('is asked for at /about, once, where the members are not named by DIDs', async () => {
    const { sandbox, client, audiences } = await createToday()
    const aliased = createSecretVault({
      client: {
        ...client,
        prepare: async () =>
          (await client.prepare('records')).map((one, i) => ({ ...one, audience: `node-${i}` })),
        fetchFor: (name: string) =>
          client.fetchFor(audiences[Number(name.slice(-1))] as `records/${string}`),
      } as typeof client,
      audience: 'records',
    })
    await aliased.listSchemas()
    await aliased.listSchemas()
    for (const node of sandbox.nodes) {
      const paths = node.requests().requests.map(({ path, count }) => `${path} ${count}`)
      expect(paths.filter((path) => path.startsWith('/about'))).toEqual(['/about 1'])
      expect(paths.filter((path) => path.startsWith('/api/v1'))).toEqual([])
    }
  })

  it('is found with the minter of this package, which knows the nodes by their URLs alone', async () => {
    const { sandbox } = await createToday()
    const { secretKey, builderDid, nodes } = sandbox.secretvault
    const cluster = {
      orgCredentials: { secretKey, orgDid: builderDid },
      nodes: nodes.map(({ url }) => ({ url })),
    }
    const broker = createBroker({
      audiences: {
        records: secretvault({ cluster, tokenFormat: 'nuc', allowFullAuthority: true }),
      },
      authenticate: () => ({ subject: 'ada', login: 'session' }),
      authorize: () => true,
      logger: { info() {}, warn() {}, error() {} },
    })
    const served = await serveBroker(broker)
    onTestFinished(() => served.close())
    const headers = () => ({ authorization: 'Bearer session' })
    const client = createTokenClient<typeof broker>(served.url, { headers })
    onTestFinished(() => client.dispose())
    const vault = createSecretVault({ client, audience: 'records' })
    const { id } = await vault.createSchema({ name: 'logins', schema: LOGIN_SCHEMA })
    await vault.create<Login>(id, logins)
    expect((await vault.find<Login>(id, { service: 'mail' })).records).toMatchObject([
      { pin: 1234 },
    ])
  })

  it('can be said', async () => {
    const { client, sandbox } = await createToday()
    const vault = createSecretVault({ client, audience: 'records', era: 'seed' })
    await rejectionOf(vault.listSchemas())
    const paths = sandbox.nodes[0]?.requests().requests.map(({ path }) => path)
    expect(paths).toContain('/api/v1/schemas')
  })
})
