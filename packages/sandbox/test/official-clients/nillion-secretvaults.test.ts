/** The vendor's client of today, unchanged, against three nodes of the sandbox. */
import { randomUUID } from 'node:crypto'
import { Builder, Did, Signer } from '@nillion/nuc'
import { SecretVaultBuilderClient, SecretVaultUserClient } from '@nillion/secretvaults'
import { afterAll, describe, expect, it, onTestFinished } from 'vitest'
import { type Sandbox, startSandbox } from '../../src/index.ts'
import { createTally, methodsOf } from './tally.ts'

const schema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  type: 'array',
  items: {
    type: 'object',
    properties: {
      _id: { type: 'string', format: 'uuid', coerce: true },
      service: { type: 'string' },
      password: { type: 'object', properties: { '%share': { type: 'string' } } },
    },
    required: ['_id', 'service', 'password'],
  },
}

/** `getInvocationFor` is private. The nodes' own clients are reached through these two. */
const operations = [
  ...methodsOf(SecretVaultBuilderClient).map((name) => `builder.${name}`),
  ...methodsOf(SecretVaultUserClient).map((name) => `user.${name}`),
  'node.aboutNode',
  'node.healthCheck',
].filter((name) => !name.endsWith('.getInvocationFor'))

const tally = createTally('@nillion/secretvaults 3.0.0', operations)
const run: typeof tally.run = (operation, call) => tally.run(operation, call)

afterAll(() => console.info(tally.report()))

async function start(): Promise<Sandbox> {
  const sandbox = await startSandbox()
  onTestFinished(() => sandbox.close())
  return sandbox
}

const urlsOf = ({ secretvault }: Sandbox) => secretvault.nodes.map(({ url }) => url)

/** A client whose builder is the sandbox's own organization. */
function openBuilder(sandbox: Sandbox, signer?: Signer): Promise<SecretVaultBuilderClient> {
  return SecretVaultBuilderClient.from({
    signer: signer ?? Signer.fromPrivateKey(sandbox.secretvault.secretKey),
    dbs: urlsOf(sandbox),
    blindfold: { operation: 'store' },
  })
}

function openUser(sandbox: Sandbox, signer: Signer): Promise<SecretVaultUserClient> {
  const baseUrls = urlsOf(sandbox)
  return SecretVaultUserClient.from({ baseUrls, signer, blindfold: { operation: 'store' } })
}

const everyNode = <Value>(value: Value): Value[] => [value, value, value]

describe('@nillion/secretvaults 3.0.0', () => {
  it('registers a builder, shows and changes its profile, lets it go', async () => {
    const sandbox = await start()
    const builder = await openBuilder(sandbox, Signer.generate())
    const did = await run('builder.getId', () => builder.getId())
    expect((await run('builder.getDid', () => builder.getDid())).didString).toBe(did)

    const registered = await run('builder.register', () => builder.register({ did, name: 'acme' }))
    expect(Object.keys(registered)).toEqual(sandbox.secretvault.nodes.map(({ didKey }) => didKey))
    await run('builder.updateBuilderProfile', () => builder.updateBuilderProfile({ name: 'new' }))
    const { data } = await run('builder.readProfile', () => builder.readProfile())
    expect(data).toMatchObject({ _id: did, name: 'new', collections: [], queries: [] })
    await run('builder.deleteBuilder', () => builder.deleteBuilder())
    await expect(builder.readProfile()).rejects.toEqual(
      everyNode(expect.objectContaining({ error: expect.objectContaining({ status: 404 }) })),
    )
  })

  it('asks the nodes what they are', async () => {
    const sandbox = await start()
    const builder = await openBuilder(sandbox)
    const info = await run('builder.readClusterInfo', () => builder.readClusterInfo())
    expect(Object.values(info).map(({ url }) => url)).toEqual(urlsOf(sandbox))
    const [node] = builder.nodes
    expect(await run('node.aboutNode', () => node!.aboutNode())).toMatchObject({
      public_key: sandbox.secretvault.nodes[0]?.publicKey,
    })
    expect(await run('node.healthCheck', () => node!.healthCheck())).toBe('OK')
  })

  it('keeps collections, with their indexes', async () => {
    const builder = await openBuilder(await start())
    const _id = randomUUID()
    const collection = { _id, type: 'standard' as const, name: 'passwords', schema }
    await run('builder.createCollection', () => builder.createCollection(collection))
    const list = await run('builder.readCollections', () =>
      builder.readCollections({ pagination: { limit: 10, offset: 0 } }),
    )
    expect(list).toEqual({
      data: [{ id: _id, type: 'standard', name: 'passwords' }],
      pagination: { total: 1, limit: 10, offset: 0 },
    })
    const index = { collection: _id, name: 'by_service', keys: [{ service: 1 as const }] }
    await run('builder.createCollectionIndex', () =>
      builder.createCollectionIndex(_id, { ...index, unique: true }),
    )
    const { data } = await run('builder.readCollection', () => builder.readCollection(_id))
    expect(data).toMatchObject({ _id, count: 0, size: 0, schema })
    expect(data.indexes.map(({ name }) => name)).toContain('by_service')
    await run('builder.dropCollectionIndex', () => builder.dropCollectionIndex(_id, 'by_service'))
    await run('builder.deleteCollection', () => builder.deleteCollection(_id))
    expect((await builder.readCollections()).data).toEqual([])
  })

  it('keeps records, in shares', async () => {
    const builder = await openBuilder(await start())
    const collection = randomUUID()
    await builder.createCollection({ _id: collection, type: 'standard', name: 'c', schema })
    const _id = randomUUID()
    const data = [{ _id, service: 'mail', password: { '%allot': 'correct horse' } }]
    const created = await run('builder.createStandardData', () =>
      builder.createStandardData({ collection, data }),
    )
    expect(Object.values(created).map((answer) => answer.data.created)).toEqual(everyNode([_id]))

    const find = { collection, filter: { service: 'mail' } }
    const found = await run('builder.findData', () => builder.findData(find))
    expect(found.data).toEqual([expect.objectContaining({ _id, password: 'correct horse' })])
    const update = { $set: { password: { '%allot': 'battery staple' } } }
    const updated = await run('builder.updateData', () =>
      builder.updateData({ collection, filter: { _id }, update }),
    )
    expect(Object.values(updated).map((answer) => answer.data.modified)).toEqual(everyNode(1))
    const latest = await run('builder.tailData', () => builder.tailData(collection))
    expect(latest.data).toEqual([expect.objectContaining({ password: 'battery staple' })])
    const deleted = await run('builder.deleteData', () =>
      builder.deleteData({ collection, filter: { _id } }),
    )
    expect(Object.values(deleted).map((answer) => answer.data.deletedCount)).toEqual(everyNode(1))
    await builder.createStandardData({ collection, data })
    await run('builder.flushData', () => builder.flushData(collection))
    expect((await builder.findData({ collection, filter: {} })).data).toEqual([])
  })

  it('stores queries, runs them in the background', async () => {
    const builder = await openBuilder(await start())
    const collection = randomUUID()
    await builder.createCollection({ _id: collection, type: 'standard', name: 'c', schema })
    const data = ['mail', 'mail', 'bank'].map((service) => ({
      _id: randomUUID(),
      service,
      password: { '%allot': 'x' },
    }))
    await builder.createStandardData({ collection, data })

    const _id = randomUUID()
    const query = {
      _id,
      name: 'count',
      collection,
      variables: { service: { path: '$.pipeline[0].$match.service' } },
      pipeline: [{ $match: { service: '' } }, { $count: 'total' }],
    }
    await run('builder.createQuery', () => builder.createQuery(query))
    const page = { pagination: { limit: 10, offset: 0 } }
    const { data: list } = await run('builder.getQueries', () => builder.getQueries(page))
    expect(list).toEqual([{ _id, name: 'count', collection }])
    const one = await run('builder.getQuery', () => builder.getQuery(_id))
    expect(Object.values(one).map((answer) => answer.data._id)).toEqual(everyNode(_id))

    const started = await run('builder.runQuery', () =>
      builder.runQuery({ _id, variables: { service: 'mail' } }),
    )
    const runs = Object.fromEntries(
      Object.entries(started).map(([node, { data: id }]) => [node, id]),
    )
    expect(new Set(Object.values(runs)).size).toBe(3)
    const results = await run('builder.readQueryRunResults', () =>
      builder.readQueryRunResults(runs),
    )
    expect(Object.values(results).map((answer) => answer.data)).toEqual(
      everyNode(expect.objectContaining({ status: 'complete', result: [{ total: 2 }] })),
    )
    await run('builder.deleteQuery', () => builder.deleteQuery(_id))
    expect((await builder.getQueries()).data).toEqual([])
  })

  it('lets users own documents and share them with builders', async () => {
    const sandbox = await start()
    const builder = await openBuilder(sandbox)
    const other = await openBuilder(sandbox, Signer.generate())
    await other.register({ did: await other.getId(), name: 'other' })
    const user = await openUser(sandbox, Signer.generate())
    const owner = await run('user.getId', () => user.getId())
    const collection = randomUUID()
    await builder.createCollection({ _id: collection, type: 'owned', name: 'notes', schema })

    const delegation = await Builder.delegation()
      .subject(Did.parse(await builder.getId()))
      .audience(await run('user.getDid', () => user.getDid()))
      .command('/nil/db/data/create')
      .expiresIn(60_000)
      .signAndSerialize(builder.signer)
    const document = randomUUID()
    const data = [{ _id: document, service: 'diary', password: { '%allot': 'dear diary' } }]
    const rights = { read: true, write: false, execute: true }
    const acl = { grantee: await builder.getId(), ...rights }
    await run('user.createData', () =>
      user.createData({ owner, collection, data, acl }, { auth: { delegation } }),
    )
    expect((await builder.findData({ collection, filter: {} })).data).toHaveLength(1)
    expect((await other.findData({ collection, filter: {} })).data).toHaveLength(0)

    const name = { collection, document }
    const references = await run('user.listDataReferences', () =>
      user.listDataReferences({ pagination: { limit: 5, offset: 0 } }),
    )
    expect(references.data).toEqual([{ builder: await builder.getId(), ...name }])
    const grantee = await other.getId()
    await run('user.grantAccess', () => user.grantAccess({ ...name, acl: { ...acl, grantee } }))
    expect((await other.findData({ collection, filter: {} })).data).toHaveLength(1)
    await run('user.revokeAccess', () => user.revokeAccess({ ...name, grantee }))
    expect((await other.findData({ collection, filter: {} })).data).toHaveLength(0)

    const read = await run('user.readData', () => user.readData(name))
    expect(read.data).toMatchObject({ _id: document, _owner: owner, password: 'dear diary' })
    const profile = await run('user.readProfile', () => user.readProfile())
    expect(profile.data.data).toEqual([{ collection, id: document }])
    const ops = ['create-data', 'grant-access', 'grant-access', 'revoke-access']
    expect(profile.data.logs.map(({ op }) => op)).toEqual(ops)
    const info = await run('user.readClusterInfo', () => user.readClusterInfo())
    expect(Object.keys(info)).toHaveLength(3)
    await run('user.deleteData', () => user.deleteData(name))
    expect((await builder.findData({ collection, filter: {} })).data).toEqual([])
  })

  it('does with the tokens of somebody else what those permit', async () => {
    const sandbox = await start()
    const { secretvault } = sandbox
    const builder = await openBuilder(sandbox)
    const collection = randomUUID()
    await builder.createCollection({ _id: collection, type: 'standard', name: 'c', schema })
    const signed = secretvault.nodes.map(async ({ didKey }) => {
      const token = await Builder.invocation()
        .subject(Did.parse(secretvault.builderDid))
        .audience(Did.parse(didKey))
        .command('/nil/db/data/read')
        .expiresIn(60_000)
        .signAndSerialize(builder.signer)
      return [didKey, token] as const
    })
    const auth = { invocations: Object.fromEntries(await Promise.all(signed)) }
    const browser = await openBuilder(sandbox, Signer.generate())
    expect((await browser.findData({ collection, filter: {} }, { auth })).data).toEqual([])
    await expect(browser.flushData(collection, { auth })).rejects.toEqual(
      everyNode(expect.objectContaining({ error: expect.objectContaining({ status: 403 }) })),
    )
  })

  it('has no operation beside these', () => {
    expect(tally.missing()).toEqual([])
  })
})
