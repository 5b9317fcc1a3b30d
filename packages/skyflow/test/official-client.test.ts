import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import type { SessionOrder, SessionReport } from './official/session.ts'
import { createWorld, type World } from './world.ts'

const SESSION = fileURLToPath(new URL('official/session.ts', import.meta.url))
const OPERATIONS = [
  'bearer',
  'insert',
  'insert with continueOnError',
  'upsert',
  'get by id',
  'get by column',
  'update',
  'detokenize',
  'detokenize in part',
  'delete',
]

/** Runs skyflow-node against the sandbox, over HTTPS, which it insists on. */
async function runSession(
  { sandbox, broker }: World,
  bearers: SessionOrder['bearers'],
): Promise<SessionReport> {
  const { credentials, roleId, vaultId: vaultID, vaultUrlTls: vaultURL, caFile } = sandbox.skyflow
  const order: SessionOrder = { broker, credentials, roleId, vaultID, vaultURL, bearers }
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: caFile, NODE_NO_WARNINGS: '1' }
  const args = [SESSION, JSON.stringify(order)]
  const { stdout } = await promisify(execFile)(process.execPath, args, { env })
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
}

describe('skyflow-node 1.14.3', () => {
  it.each(['vendor', 'broker'] as const)(
    'runs its operations against the sandbox with bearers of the %s',
    async (bearers) => {
      const world = await createWorld()
      const report = await runSession(world, bearers)
      expect(report).toEqual(Object.fromEntries(OPERATIONS.map((name) => [name, true])))
      const mints = world.vaultRequests('/token')
      // The SDK keeps no bearer: it asks for one before each of its nine operations.
      expect(mints).toBe(bearers === 'broker' ? 1 : OPERATIONS.length)
    },
    30_000,
  )

  it('gets the text of ours where there is no bearer to be had', async () => {
    const world = await createWorld()
    world.sandbox.skyflowControl.fault({ status: 401, path: '/v1/auth/*' })
    const report = await runSession(world, 'broker')
    expect(report.insert).toMatch(/^upstream_auth\b/)
  }, 30_000)
})
