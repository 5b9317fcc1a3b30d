/** The vendor's own client of the seed era, unchanged, against the sandbox. */
import { randomBytes, randomUUID } from 'node:crypto'
import { createJWT, ES256KSigner } from 'did-jwt'
import { SecretVaultWrapper, type VaultCredentials } from 'secretvaults'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { startSandbox } from '../../src/index.ts'
import { identityOf } from '../../src/secretvault/identity.ts'

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

/** Writes, reads, updates, deletes with the client; every node has to agree at every step. */
async function runThrough(vault: SecretVaultWrapper): Promise<void> {
  await vault.init()
  const [created] = await vault.createSchema(schema, 'passwords')
  vault.setSchemaId(created?.schemaId)
  expect((await vault.getSchemas()).map(({ data }) => data?.length)).toEqual([1, 1, 1])

  const _id = randomUUID()
  const record = { _id, service: 'mail', password: { '%allot': 'correct horse' } }
  expect(statusesOf(await vault.writeToNodes([record]))).toEqual([200, 200, 200])
  expect(await vault.readFromNodes({ _id })).toEqual([
    expect.objectContaining({ service: 'mail', password: 'correct horse' }),
  ])

  const change = { password: { '%allot': 'battery staple' } }
  expect(statusesOf(await vault.updateDataToNodes(change, { _id }))).toEqual([200, 200, 200])
  expect(await vault.readFromNodes({ service: 'mail' })).toEqual([
    expect.objectContaining({ _id, password: 'battery staple' }),
  ])

  const deleted = await vault.deleteDataFromNodes({ _id })
  expect(deleted.map(({ data }) => data)).toEqual(
    Array.from({ length: 3 }, () => ({ acknowledged: true, deletedCount: 1 })),
  )
  expect(await vault.readFromNodes({})).toEqual([])
  expect(statusesOf(await vault.deleteSchema(created?.schemaId))).toEqual([204, 204, 204])
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
      const token = await vault.generateNodeToken(did)
      const account = { did: didNil, publicKey, name: 'own' }
      expect((await vault.makeRequest(url, 'accounts', token, account)).status).toBe(201)
    }
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
})
