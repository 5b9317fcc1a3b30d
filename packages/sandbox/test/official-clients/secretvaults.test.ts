/** The vendor's own client of the seed era, unchanged, against the sandbox. */
import { randomBytes, randomUUID } from 'node:crypto'
import { createJWT, ES256KSigner } from 'did-jwt'
import { NilQLWrapper, SecretVaultWrapper, type VaultCredentials } from 'secretvaults'
import { afterAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { startSandbox } from '../../src/index.ts'
import { identityOf } from '../../src/secretvault/identity.ts'
import { createTally, methodsOf } from './tally.ts'

const tally = createTally('secretvaults 0.0.0-alpha.1', [
  ...methodsOf(SecretVaultWrapper),
  ...methodsOf(NilQLWrapper).map((name) => `nilql.${name}`),
])
const run: typeof tally.run = (operation, call) => tally.run(operation, call)

afterAll(() => console.info(tally.report()))

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
    additionalProperties: false,
  },
}

async function open() {
  const sandbox = await startSandbox()
  onTestFinished(() => sandbox.close())
  // It reports failures there and goes on.
  const reported = vi.spyOn(console, 'error')
  onTestFinished(() => reported.mockRestore())
  return { ...sandbox, reported }
}

type Answers = { status: number | null; data?: unknown }[]
const statusesOf = (answers: Answers) => answers.map(({ status }) => status)

/** Every operation, one after the other; every node has to agree at every step. */
async function runThrough(vault: SecretVaultWrapper): Promise<void> {
  await run('init', () => vault.init())
  const [created] = await run('createSchema', () => vault.createSchema(schema, 'passwords'))
  await run('setSchemaId', () => vault.setSchemaId(created?.schemaId))
  const schemas = await run('getSchemas', () => vault.getSchemas())
  expect(schemas.map(({ data }) => data?.length)).toEqual([1, 1, 1])

  const _id = randomUUID()
  const record = { _id, service: 'mail', password: { '%allot': 'correct horse' } }
  const [shares] = await run('allotData', () => vault.allotData([record]))
  expect(shares).toHaveLength(3)
  const written = await run('writeToNodes', () => vault.writeToNodes([record]))
  expect(statusesOf(written)).toEqual([200, 200, 200])
  expect(await run('readFromNodes', () => vault.readFromNodes({ _id }))).toEqual([
    expect.objectContaining({ service: 'mail', password: 'correct horse' }),
  ])

  const change = { password: { '%allot': 'battery staple' } }
  const updated = await run('updateDataToNodes', () => vault.updateDataToNodes(change, { _id }))
  expect(statusesOf(updated)).toEqual([200, 200, 200])
  expect(await vault.readFromNodes({ service: 'mail' })).toEqual([
    expect.objectContaining({ _id, password: 'battery staple' }),
  ])

  const deleted = await run('deleteDataFromNodes', () => vault.deleteDataFromNodes({ _id }))
  expect(deleted.map(({ data }) => data)).toEqual(
    Array.from({ length: 3 }, () => ({ acknowledged: true, deletedCount: 1 })),
  )
  await vault.writeToNodes([record])
  expect(statusesOf(await run('flushData', () => vault.flushData()))).toEqual([200, 200, 200])
  expect(await vault.readFromNodes({})).toEqual([])
  const gone = await run('deleteSchema', () => vault.deleteSchema(created?.schemaId))
  expect(statusesOf(gone)).toEqual([204, 204, 204])
}

describe('secretvaults 0.0.0-alpha.1', () => {
  it('does all its operations with the printed organization', async () => {
    const { secretvault, nodes, reported } = await open()
    const { secretKey, orgDid } = secretvault
    await runThrough(new SecretVaultWrapper(secretvault.nodes, { secretKey, orgDid }))
    expect(reported).not.toHaveBeenCalled()
    const counts = nodes.map((node) => node.requests().total)
    expect(counts).toEqual([counts[0], counts[0], counts[0]])
  })

  it('registers an organization of its own, then does the same with it', async () => {
    const { secretvault, reported } = await open()
    const { secretKey, didNil, publicKey } = identityOf(randomBytes(32))
    const credentials = { secretKey, orgDid: didNil }
    const vault = new SecretVaultWrapper(secretvault.nodes, credentials)
    for (const { url, did } of secretvault.nodes) {
      const token = await run('generateNodeToken', () => vault.generateNodeToken(did))
      const account = { did: didNil, publicKey, name: 'own' }
      const answer = await run('makeRequest', () =>
        vault.makeRequest(url, 'accounts', token, account),
      )
      expect(answer.status).toBe(201)
    }
    const tokens = await run('generateTokensForAllNodes', () => vault.generateTokensForAllNodes())
    expect(tokens.map(({ node }) => node)).toEqual(secretvault.nodes.map(({ url }) => url))
    await runThrough(vault)
    expect(reported).not.toHaveBeenCalled()
  })

  it('does them with tokens that somebody else minted, without the secret key', async () => {
    const { secretvault, reported } = await open()
    const { secretKey, orgDid } = secretvault
    const signer = ES256KSigner(Buffer.from(secretKey, 'hex'))
    class BrokeredVault extends SecretVaultWrapper {
      override generateNodeToken(aud: string): Promise<string> {
        return createJWT({ aud }, { issuer: orgDid, signer, expiresIn: 60 }, { alg: 'ES256K' })
      }
    }
    const credentials: VaultCredentials = { orgDid }
    await runThrough(new BrokeredVault(secretvault.nodes, credentials))
    expect(reported).not.toHaveBeenCalled()
  })

  it('is told why a node refuses it', async () => {
    const { secretvault, nodes, reported } = await open()
    reported.mockImplementation(() => {})
    const { secretKey, orgDid } = secretvault
    const vault = new SecretVaultWrapper(secretvault.nodes, { secretKey, orgDid })
    nodes[1]!.fault({ status: 401 })
    expect(statusesOf(await vault.getSchemas())).toEqual([200, 401, 200])
  })

  it('splits secrets and puts them together again', async () => {
    const { secretvault } = await open()
    const nilql = new NilQLWrapper({ nodes: secretvault.nodes })
    await run('nilql.init', () => nilql.init())
    const shares = await run('nilql.encrypt', () => nilql.encrypt('secret'))
    expect(await run('nilql.decrypt', () => nilql.decrypt(shares))).toBe('secret')
    const record = { note: { '%allot': 'secret' } }
    const parts = await run('nilql.prepareAndAllot', () => nilql.prepareAndAllot(record))
    expect(parts).toHaveLength(3)
    expect(await run('nilql.unify', () => nilql.unify(parts))).toEqual({ note: 'secret' })
  })

  it('has no operation beside these', () => {
    expect(tally.missing()).toEqual([])
  })
})
