/** All that the vendor's client of today can do, done on brokered tokens. */
import { Signer } from '@nillion/nuc'
import { SecretVaultBuilderClient, SecretVaultUserClient } from '@nillion/secretvaults'
import { createTokenClient } from '@valetkey/client'
import { createTally, methodsOf } from '../../../sandbox/test/official-clients/tally.ts'
import type { Done, Parties, Run } from './every-operation.ts'

const tokens = createTokenClient('/api/broker')

const blindfold = { operation: 'store' as const }

/** `getInvocationFor` is private. The nodes' own clients are reached through these two. */
const OPERATIONS = [
  ...methodsOf(SecretVaultBuilderClient).map((name) => `builder.${name}`),
  ...methodsOf(SecretVaultUserClient).map((name) => `user.${name}`),
  'node.aboutNode',
  'node.healthCheck',
].filter((name) => !name.endsWith('.getInvocationFor'))

/** The group's tokens by the nodes' DIDs, as the client of today wants them. */
async function authOf(group: string) {
  const given = [...(await tokens.getTokens(group))]
  const byNode = given.map(([audience, { value }]) => [audience.slice(group.length + 1), value])
  return { auth: { invocations: Object.fromEntries(byNode) as Record<string, string> } }
}

async function urlsOf(group: string): Promise<string[]> {
  const given = await tokens.getTokens(group)
  return [...given.values()].map(({ resource = '' }) => resource.replace(/\/$/, ''))
}

async function openBuilder(): Promise<SecretVaultBuilderClient> {
  const dbs = await urlsOf('builder')
  return SecretVaultBuilderClient.from({ signer: Signer.generate(), dbs, blindfold })
}

/** The client of today rejects with a list of errors, one per node, of which nothing would be shown. */
function named(run: Run): Run {
  return (operation, call) =>
    run(operation, call).catch((errors: unknown) => {
      const said = [errors].flat().map((one) => JSON.stringify(Object(one).error) ?? String(one))
      throw new Error(`${operation}: ${said.join(', ')}`)
    })
}

/** Does all that the client of today has. */
export async function doAllOfToday({ schema, ...who }: Parties): Promise<Done> {
  const tally = createTally('@nillion/secretvaults 3.0.0 on brokered tokens', OPERATIONS)
  const run = named((operation, call) => tally.run(operation, call))
  const vault = await openBuilder()
  const seen = {
    ...(await account(vault, run, who.newcomer)),
    ...(await records(vault, run, schema)),
    ...(await queries(vault, run, schema)),
    ...(await ownedRecords(vault, run, { schema, ...who })),
  }
  return { report: tally.report(), missing: tally.missing(), seen }
}

async function account(vault: SecretVaultBuilderClient, run: Run, did: string) {
  const newcomer = await authOf('newcomer')
  await run('builder.getId', () => vault.getId())
  await run('builder.getDid', () => vault.getDid())
  await run('builder.register', () => vault.register({ did, name: 'acme' }, newcomer))
  const renaming = () => vault.updateBuilderProfile({ name: 'new' }, newcomer)
  await run('builder.updateBuilderProfile', renaming)
  const { data } = await run('builder.readProfile', () => vault.readProfile(newcomer))
  await run('builder.deleteBuilder', () => vault.deleteBuilder(newcomer))
  const info = await run('builder.readClusterInfo', () => vault.readClusterInfo())
  const [node] = vault.nodes
  await run('node.aboutNode', () => node?.aboutNode())
  const health = await run('node.healthCheck', () => node?.healthCheck())
  return { renamed: data.name, nodes: Object.keys(info).length, health }
}

function standardCollection(_id: string, schema: object) {
  return { _id, type: 'standard' as const, name: 'c', schema: { ...schema } }
}

async function records(vault: SecretVaultBuilderClient, run: Run, schema: object) {
  const auth = await authOf('builder')
  const [collection, _id] = [crypto.randomUUID(), crypto.randomUUID()]
  const definition = standardCollection(collection, schema)
  await run('builder.createCollection', () => vault.createCollection(definition, auth))
  const { data: listed } = await run('builder.readCollections', () => vault.readCollections(auth))
  const index = { collection, name: 'by_service', keys: [{ service: 1 as const }], unique: false }
  const indexing = () => vault.createCollectionIndex(collection, index, auth)
  await run('builder.createCollectionIndex', indexing)
  const { data } = await run('builder.readCollection', () => vault.readCollection(collection, auth))
  await run('builder.dropCollectionIndex', () =>
    vault.dropCollectionIndex(collection, 'by_service', auth),
  )
  const record = [{ _id, service: 'mail', password: { '%allot': 'correct horse' } }]
  const creating = () => vault.createStandardData({ collection, data: record }, auth)
  await run('builder.createStandardData', creating)
  const update = { $set: { password: { '%allot': 'battery staple' } } }
  await run('builder.updateData', () =>
    vault.updateData({ collection, filter: { _id }, update }, auth),
  )
  const all = { collection, filter: {} }
  const found = await run('builder.findData', () => vault.findData(all, auth))
  const latest = await run('builder.tailData', () => vault.tailData(collection, auth))
  await run('builder.deleteData', () => vault.deleteData({ collection, filter: { _id } }, auth))
  const afterDelete = await vault.findData(all, auth)
  await creating()
  await run('builder.flushData', () => vault.flushData(collection, auth))
  const afterFlush = await vault.findData(all, auth)
  await run('builder.deleteCollection', () => vault.deleteCollection(collection, auth))
  return {
    collections: listed.map(({ name }) => name),
    indexed: data.indexes.some(({ name }) => name === 'by_service'),
    passwords: [...found.data, ...latest.data].map(({ password }) => password),
    left: [afterDelete.data.length, afterFlush.data.length],
  }
}

async function queries(vault: SecretVaultBuilderClient, run: Run, schema: object) {
  const auth = await authOf('builder')
  const [collection, _id] = [crypto.randomUUID(), crypto.randomUUID()]
  const definition = standardCollection(collection, schema)
  await vault.createCollection(definition, auth)
  const data = ['mail', 'mail', 'bank'].map((service) => ({
    _id: crypto.randomUUID(),
    service,
    password: { '%allot': 'x' },
  }))
  await vault.createStandardData({ collection, data }, auth)
  const query = {
    _id,
    name: 'count',
    collection,
    variables: { service: { path: '$.pipeline[0].$match.service' } },
    pipeline: [{ $match: { service: '' } }, { $count: 'total' }],
  }
  await run('builder.createQuery', () => vault.createQuery(query, auth))
  const { data: listed } = await run('builder.getQueries', () => vault.getQueries(auth))
  await run('builder.getQuery', () => vault.getQuery(_id, auth))
  const started = await run('builder.runQuery', () =>
    vault.runQuery({ _id, variables: { service: 'mail' } }, auth),
  )
  const runs = Object.fromEntries(Object.entries(started).map(([node, { data: id }]) => [node, id]))
  const results = await run('builder.readQueryRunResults', () =>
    vault.readQueryRunResults(runs as never, auth),
  )
  await run('builder.deleteQuery', () => vault.deleteQuery(_id, auth))
  return {
    queries: listed.map(({ name }) => name),
    rows: Object.values(results).map((answer) => answer.data.result),
  }
}

async function ownedRecords(
  vault: SecretVaultBuilderClient,
  run: Run,
  { schema, builder, newcomer, user: owner }: Omit<Parties, 'account'>,
) {
  const asBuilder = await authOf('builder')
  const [asNewcomer, asUser] = [await authOf('newcomer'), await authOf('user')]
  await vault.register({ did: newcomer, name: 'other' }, asNewcomer)
  const baseUrls = await urlsOf('user')
  const user = await SecretVaultUserClient.from({ signer: Signer.generate(), baseUrls, blindfold })
  await run('user.getId', () => user.getId())
  await run('user.getDid', () => user.getDid())
  const [collection, document] = [crypto.randomUUID(), crypto.randomUUID()]
  const definition = { _id: collection, type: 'owned' as const, name: 'o', schema: { ...schema } }
  await vault.createCollection(definition, asBuilder)
  const name = { collection, document }
  const seenBy = async (auth: typeof asUser) =>
    (await vault.findData({ collection, filter: {} }, auth)).data.length
  const data = [{ _id: document, service: 'diary', password: { '%allot': 'dear diary' } }]
  const acl = { grantee: builder, read: true, write: false, execute: false }
  await run('user.createData', () => user.createData({ owner, collection, data, acl }, asBuilder))
  const visible = [await seenBy(asBuilder), await seenBy(asNewcomer)]
  const grant = { ...name, acl: { ...acl, grantee: newcomer } }
  await run('user.grantAccess', () => user.grantAccess(grant, asUser))
  visible.push(await seenBy(asNewcomer))
  await run('user.revokeAccess', () => user.revokeAccess({ ...name, grantee: newcomer }, asUser))
  visible.push(await seenBy(asNewcomer))
  const listed = await run('user.listDataReferences', () => user.listDataReferences(asUser))
  const read = await run('user.readData', () => user.readData(name, asUser))
  const profile = await run('user.readProfile', () => user.readProfile(asUser))
  await run('user.readClusterInfo', () => user.readClusterInfo())
  await run('user.deleteData', () => user.deleteData(name, asUser))
  return {
    references: listed.data.length,
    diary: read.data.password,
    logged: profile.data.logs.map(({ op }) => op),
    visible: [...visible, await seenBy(asBuilder)],
  }
}
