/** A page with the vendor's client of today, which lives on brokered tokens of narrow scopes. */
import { Signer } from '@nillion/nuc'
import { SecretVaultBuilderClient } from '@nillion/secretvaults'
import { createTokenClient, isTokenError } from '@valetkey/client'
import { Buffer } from 'buffer'

export interface Today {
  collection: string
  query: string
  schema: object
}

declare global {
  var useToday: (set: Today) => Promise<object>
  var ready: boolean
}

// The client takes it for granted.
Object.assign(globalThis, { Buffer })

const tokens = createTokenClient<{
  readonly '~audiences'?: { readonly records: 'group' }
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

globalThis.ready = true
