/** All that the vendor's client of the seed era can do, done on brokered tokens. */
import { createTokenClient } from '@valetkey/client'
import { NilQLWrapper, SecretVaultWrapper } from 'secretvaults'
import { createTally, methodsOf } from '../../../sandbox/test/official-clients/tally.ts'
import type { Done, Parties, Run } from './every-operation.ts'

const tokens = createTokenClient('/api/broker')

/** The one method that the client of the seed era has for tokens. */
class BrokeredVault extends SecretVaultWrapper {
  group = 'seed'

  override async generateNodeToken(did: string): Promise<string> {
    return (await tokens.getToken(`${this.group}/${did}`)).value
  }
}

/** Does all that the client of the seed era has. */
export async function doAllOfTheSeed({ schema, account: newcomer }: Parties): Promise<Done> {
  const tally = createTally('secretvaults 0.0.0-alpha.1 on brokered tokens', [
    ...methodsOf(SecretVaultWrapper),
    ...methodsOf(NilQLWrapper).map((name) => `nilql.${name}`),
  ])
  const run: Run = (operation, call) => tally.run(operation, call)
  const given = await tokens.getTokens('seed')
  const nodes = [...given].map(([audience, { resource = '' }]) => ({
    did: audience.slice('seed/'.length),
    url: resource.replace(/\/$/, ''),
  }))
  const vault = new BrokeredVault(nodes, {})
  const seen = {
    registered: await registration(run, nodes, newcomer),
    ...(await seedRecords(vault, run, schema)),
    ...(await sharing(run, nodes)),
  }
  return { report: tally.report(), missing: tally.missing(), seen }
}

type SeedNodes = { url: string; did: string }[]

async function registration(run: Run, nodes: SeedNodes, newcomer: object): Promise<unknown[]> {
  const own = new BrokeredVault(nodes, {})
  own.group = 'seed-newcomer'
  const statuses: unknown[] = []
  for (const { url, did } of nodes) {
    const token = await run('generateNodeToken', () => own.generateNodeToken(did))
    const answer = await run('makeRequest', () => own.makeRequest(url, 'accounts', token, newcomer))
    statuses.push(answer.status)
  }
  await run('generateTokensForAllNodes', () => own.generateTokensForAllNodes())
  return statuses
}

async function seedRecords(vault: BrokeredVault, run: Run, schema: object) {
  await run('init', () => vault.init())
  const [created] = await run('createSchema', () => vault.createSchema(schema, 'passwords'))
  await run('setSchemaId', () => vault.setSchemaId(created?.schemaId))
  const schemas = await run('getSchemas', () => vault.getSchemas())
  const _id = crypto.randomUUID()
  const record = { _id, service: 'mail', password: { '%allot': 'correct horse' } }
  await run('allotData', () => vault.allotData([record]))
  const written = await run('writeToNodes', () => vault.writeToNodes([record]))
  const change = { password: { '%allot': 'battery staple' } }
  await run('updateDataToNodes', () => vault.updateDataToNodes(change, { _id }))
  const found = await run('readFromNodes', () => vault.readFromNodes({ _id }))
  await run('deleteDataFromNodes', () => vault.deleteDataFromNodes({ _id }))
  const left = [(await vault.readFromNodes({})).length]
  await vault.writeToNodes([record])
  await run('flushData', () => vault.flushData())
  left.push((await vault.readFromNodes({})).length)
  const gone = await run('deleteSchema', () => vault.deleteSchema(created?.schemaId))
  return {
    schemas: schemas.map(({ data }) => data?.length),
    written: written.map(({ status }) => status),
    found: found.map((one) => ({ ...one, _id: '' })),
    left,
    gone: gone.map(({ status }) => status),
  }
}

async function sharing(run: Run, nodes: SeedNodes) {
  const nilql = new NilQLWrapper({ nodes })
  await run('nilql.init', () => nilql.init())
  const shares = await run('nilql.encrypt', () => nilql.encrypt('secret'))
  const opened = await run('nilql.decrypt', () => nilql.decrypt(shares))
  const parts = await run('nilql.prepareAndAllot', () =>
    nilql.prepareAndAllot({ note: { '%allot': 'secret' } }),
  )
  return { opened, joined: await run('nilql.unify', () => nilql.unify(parts)) }
}
