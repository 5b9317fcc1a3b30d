import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createJWT, ES256KSigner } from 'did-jwt'
import { describe, expect, it, onTestFinished } from 'vitest'
import { DataFileError, type Sandbox, startSandbox } from '../src/index.ts'
import { credentialsSchema, SCHEMA_ID } from './open-node.ts'

const RECORD = {
  _id: 'aaaaaaaa-aaaa-4aaa-8aaa-000000000001',
  service: 'a',
  at: '2026-01-02T03:04:05.000Z',
}

async function dataFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sandbox-data-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  return join(folder, 'data')
}

async function call({ secretvault }: Sandbox, path: string, body: object): Promise<Response> {
  const { url, did } = secretvault.nodes[0]!
  const signer = ES256KSigner(Buffer.from(secretvault.secretKey, 'hex'))
  const options = { issuer: secretvault.orgDid, signer, expiresIn: 60 }
  const token = await createJWT({ aud: did }, options, { alg: 'ES256K' })
  return fetch(`${url}/api/v1/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
}

const start = (file: string) => startSandbox({ nodes: 1, dataFile: file })

describe('a data file', () => {
  it('keeps keys and data from one start to the next', async () => {
    const file = await dataFile()
    const first = await start(file)
    await call(first, 'schemas', credentialsSchema)
    await call(first, 'data/create', { schema: SCHEMA_ID, data: [RECORD] })
    await first.close()

    const second = await start(file)
    onTestFinished(() => second.close())
    expect(second.secretvault.secretKey).toBe(first.secretvault.secretKey)
    // By id and by date: both come back as what the database compares them by.
    const filter = { _id: RECORD._id, at: RECORD.at, $coerce: { at: 'date' } }
    const read = await call(second, 'data/read', { schema: SCHEMA_ID, filter })
    expect((await read.json()).data).toEqual([expect.objectContaining(RECORD)])
    const again = await call(second, 'data/create', { schema: SCHEMA_ID, data: [RECORD] })
    expect((await again.json()).data.errors).toHaveLength(1)
  })

  it('is written soon, not only at the end', async () => {
    const file = await dataFile()
    const sandbox = await start(file)
    onTestFinished(() => sandbox.close())
    await call(sandbox, 'schemas', credentialsSchema)
    await expect.poll(() => readFile(file, 'utf8').catch(() => '')).toContain(SCHEMA_ID)
  })

  it('forgets with a reset', async () => {
    const file = await dataFile()
    const sandbox = await start(file)
    await call(sandbox, 'schemas', credentialsSchema)
    sandbox.nodes[0]!.reset()
    await sandbox.close()
    expect(await readFile(file, 'utf8')).not.toContain(SCHEMA_ID)
  })

  it('that is none is refused, and left alone', async () => {
    const file = await dataFile()
    await writeFile(file, '{"nodes":[]}')
    await expect(start(file)).rejects.toBeInstanceOf(DataFileError)
    await expect(start(file)).rejects.toThrow('is no data file of the sandbox')
    expect(await readFile(file, 'utf8')).toBe('{"nodes":[]}')
  })

  it('written with another seed is refused', async () => {
    const file = await dataFile()
    await (await startSandbox({ nodes: 1, dataFile: file, seed: 'a' })).close()
    const other = startSandbox({ nodes: 1, dataFile: file, seed: 'b' })
    await expect(other).rejects.toThrow('another seed')
  })

  it('that cannot be written fails the close', async () => {
    const file = join(await dataFile(), 'in', 'no', 'folder')
    const sandbox = await start(file)
    await expect(sandbox.close()).rejects.toThrow('ENOENT')
  })
})
