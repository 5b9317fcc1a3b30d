/** The vendor's own Node client, unchanged, against the sandbox. */
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startSandbox } from '../../src/index.ts'

const SCRIPT = fileURLToPath(new URL('official-client.mjs', import.meta.url))

/** In a process of its own: Node reads the authority to trust at its start alone. */
async function runClient(): Promise<{ passed: string[]; requests: number }> {
  const sandbox = await startSandbox({ nodes: 1 })
  onTestFinished(() => sandbox.close())
  const directory = await mkdtemp(join(tmpdir(), 'official-client-'))
  onTestFinished(() => rm(directory, { recursive: true }))
  const file = join(directory, 'skyflow.json')
  await writeFile(file, JSON.stringify(sandbox.skyflow))
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: sandbox.skyflow.caFile }
  const { stdout } = await promisify(execFile)(process.execPath, [SCRIPT, file], { env })
  return { passed: JSON.parse(stdout), requests: sandbox.skyflowControl.requests().total }
}

describe('skyflow-node 1.14.3', () => {
  it('does all its operations over HTTPS with the printed credentials', async () => {
    const { passed, requests } = await runClient()
    expect(passed).toEqual([
      'token',
      'token with a role and a context',
      'insert',
      'insert, partly refused',
      'detokenize',
      'detokenize, partly unknown',
      'detokenize a signed data token',
      'get',
      'get by column',
      'update',
      'get by id',
      'upsert',
      'invoke a connection',
      'delete',
      'masked',
    ])
    expect(requests).toBeGreaterThan(passed.length)
  })
})
