/** A page with the vendor's own clients, of today and of the seed era, that live on brokered tokens. */
import { Signer } from '@nillion/nuc'
import { SecretVaultBuilderClient } from '@nillion/secretvaults'
import { createTokenClient, isTokenError } from '@valetkey/client'
import { Buffer } from 'buffer'
import { SecretVaultWrapper } from 'secretvaults'

export interface Today {
  collection: string
  query: string
  schema: object
}

declare global {
  var useToday: (set: Today) => Promise<object>
  var useSeed: (schema: object) => Promise<object>
  var ready: boolean
}

// Both clients take it for granted.
Object.assign(globalThis, { Buffer })

const tokens = createTokenClient<{
  readonly '~audiences'?: { readonly records: 'group'; readonly seed: 'group' }
}>('/api/broker')

/** By the node's DID, as the client of today wants them; made anew for every call. */
async function auth(scope?: string) {
  const given = await tokens.getTokens('records', scope === undefined ? {} : { scope })
  const invocations = [...given].map(([audience, { value }]) => [
    audience.slice('records/'.length),
    value,
  ])
  return { auth: { invocations: Object.fromEntries(invocations) as Record<string, string> } }
}

/** What the client of today rejects with: one error per node. */
async function statusesOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => 'done',
    (errors: { error: { status: number } }[]) => errors.map(({ error }) => error.status),
  )
}

globalThis.useToday = async ({ collection, query, schema }) => {
  const given = await tokens.getTokens('records')
  const vault = await SecretVaultBuilderClient.from({
    signer: Signer.generate(),
    dbs: [...given.values()].map(({ resource = '' }) => resource.replace(/\/$/, '')),
    blindfold: { operation: 'store' },
  })
  const all = await auth()
  const data = [{ _id: crypto.randomUUID(), service: 'mail', password: { '%allot': 'hunter2' } }]
  await vault.createStandardData({ collection, data }, all)
  const reading = await auth(`data:read:${collection}`)
  const { data: found } = await vault.findData({ collection, filter: {} }, reading)
  const running = await auth(`queries:execute:${query}`)
  const runs = await vault.runQuery({ _id: query, variables: {} }, running)
  const ids = Object.fromEntries(Object.entries(runs).map(([node, run]) => [node, run.data]))
  const results = await vault.readQueryRunResults(ids as never, running)
  return {
    found: found.map((record) => ({ ...record, _created: '', _updated: '', _id: '' })),
    rows: Object.values(results).map((run) => run.data.result),
    writeByReader: await statusesOf(vault.createStandardData({ collection, data }, reading)),
    elsewhere: await statusesOf(
      vault.findData({ collection: crypto.randomUUID(), filter: {} }, reading),
    ),
    schemaByAnybody: await statusesOf(
      vault.createCollection(
        { _id: collection, type: 'standard', name: 'x', schema: { ...schema } },
        all,
      ),
    ),
    fullAuthority: await tokens.getTokens('records', { scope: 'collections' }).then(
      () => 'given',
      (error: unknown) => isTokenError(error) && error.code,
    ),
  }
}

/** The one method that the client of the seed era has for tokens. */
class BrokeredVault extends SecretVaultWrapper {
  override async generateNodeToken(did: string): Promise<string> {
    return (await tokens.getToken(`seed/${did}`)).value
  }
}

globalThis.useSeed = async (schema) => {
  const given = await tokens.getTokens('seed')
  const nodes = [...given].map(([audience, { resource = '' }]) => ({
    did: audience.slice('seed/'.length),
    url: resource.replace(/\/$/, ''),
  }))
  const vault = new BrokeredVault(nodes, {})
  await vault.init()
  const [created] = await vault.createSchema(schema, 'passwords')
  vault.setSchemaId(created?.schemaId ?? '')
  const record = { service: 'mail', password: { '%allot': 'hunter2' } }
  const written = await vault.writeToNodes([record])
  const found = await vault.readFromNodes({ service: 'mail' })
  return {
    written: written.map(({ status }) => status),
    found: found.map((record) => ({ ...record, _id: '' })),
  }
}

globalThis.ready = true
