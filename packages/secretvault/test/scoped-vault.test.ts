/** The vault client with tokens of the real minter that do no more than an app's users need. */
import { type Broker, createBroker, type GroupMinter } from '@valetkey/broker'
import { grants } from '@valetkey/broker/auth'
import { serveBroker } from '@valetkey/broker/node'
import { createTokenClient } from '@valetkey/client'
import { startSandbox } from '@valetkey/sandbox'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createSecretVault } from '../src/index.ts'
import { secretvault } from '../src/minter/index.ts'
import { LOGIN_SCHEMA, type Login } from './setup.ts'

const SILENT = { info() {}, warn() {}, error() {} }

type Houses = Broker<{ records: GroupMinter; schemas: GroupMinter }>

/** Ada may read, write and count one schema's records; an operator may make schemas. */
async function openHouse() {
  const sandbox = await startSandbox()
  onTestFinished(() => sandbox.close())
  const { secretvault: cluster } = sandbox
  const granted = { schema: '', query: '' }
  const broker: Houses = createBroker({
    audiences: {
      records: secretvault({ cluster, tokenFormat: 'nuc', scope: 'data queries:execute' }),
      schemas: secretvault({ cluster, tokenFormat: 'nuc', allowFullAuthority: true }),
    },
    authenticate: (request) => {
      const subject = (request.headers.get('authorization') ?? '').replace('Bearer ', '')
      return { subject, login: subject, roles: [subject] }
    },
    authorize: (user, request) =>
      grants({
        operator: ['schemas'],
        ada: [
          {
            audience: 'records',
            scope: `data:create:${granted.schema} data:read:${granted.schema} data:delete:${granted.schema} queries:execute:${granted.query}`,
          },
        ],
      })(user, request),
    logger: SILENT,
  })
  const served = await serveBroker(broker)
  onTestFinished(() => served.close())
  const vaultOf = (user: string, audience: 'records' | 'schemas', scope?: string) => {
    const client = createTokenClient<Houses>(served.url, {
      headers: () => ({ authorization: `Bearer ${user}` }),
    })
    onTestFinished(() => client.dispose())
    return createSecretVault({ client, audience, ...(scope !== undefined && { scope }) })
  }
  const operator = vaultOf('operator', 'schemas')
  const { id: schema } = await operator.createSchema({ name: 'logins', schema: LOGIN_SCHEMA })
  const { id: other } = await operator.createSchema({ name: 'others', schema: LOGIN_SCHEMA })
  const pipeline = [{ $count: 'logins' }]
  const { id: query } = await operator.createQuery({ name: 'q', schema, variables: {}, pipeline })
  Object.assign(granted, { schema, query })
  return { schema, other, query, vaultOf, operator }
}

describe('a vault on limited tokens', () => {
  it('writes, reads and deletes in its one schema, and is refused in any other', async () => {
    const { schema, other, vaultOf, operator } = await openHouse()
    const deeds = ['create', 'read', 'delete'].map((deed) => `data:${deed}:${schema}`)
    const vault = vaultOf('ada', 'records', deeds.join(' '))
    await vault.create<Login>(schema, [{ service: 'mail', password: { '%allot': 'hunter2' } }])
    const { records } = await vault.find<Login>(schema, { service: 'mail' })
    expect(records).toMatchObject([{ service: 'mail', password: 'hunter2' }])
    expect((await vault.tail(schema)).records).toHaveLength(1)
    await vault.delete(schema, { service: 'mail' })
    expect((await operator.find(schema)).records).toEqual([])
    await expect(vault.find(other)).rejects.toMatchObject({ code: 'unauthorized' })
    await expect(vault.create(other, [{ service: 'x' }])).rejects.toMatchObject({
      code: 'write_failed',
      cause: { code: 'unauthorized' },
    })
    expect((await operator.find(other)).records).toEqual([])
  })

  it('runs its one query, in the background, to the end', async () => {
    const { schema, query, vaultOf, operator } = await openHouse()
    await operator.create<Login>(schema, [{ service: 'mail' }, { service: 'bank' }])
    const vault = vaultOf('ada', 'records', `queries:execute:${query}`)
    expect((await vault.runQuery(query)).rows).toEqual([{ logins: 2 }])
  })

  it('gets nothing that was not granted: no realm, no other deed, no token of the operator', async () => {
    const { schema, vaultOf } = await openHouse()
    for (const scope of ['data', `data:update:${schema}`, 'data:read', 'queries:execute'])
      await expect(vaultOf('ada', 'records', scope).find(schema)).rejects.toMatchObject({
        code: 'invalid_target',
      })
    await expect(vaultOf('ada', 'schemas').listSchemas()).rejects.toMatchObject({
      code: 'invalid_target',
    })
  })
})
