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
  'invoke a connection',
  'detokenize what is signed',
  'delete',
]
/** By the vendor's own way to tokens alone. */
const OF_FILES = [
  'bearer of a file',
  'bearer of a file, by the older name',
  'bearer of a text',
  'signed data tokens of a file',
]

/** Runs skyflow-node against the sandbox, over HTTPS, which it insists on. */
async function runSession(
  { sandbox, broker }: World,
  bearers: SessionOrder['bearers'],
): Promise<SessionReport> {
  const { credentials, roleId, vaultId: vaultID, vaultUrlTls: vaultURL, caFile } = sandbox.skyflow
  const connectionURL = `${vaultURL}${sandbox.skyflow.connectionPath}/r1/pay`
  const order: SessionOrder = {
    broker,
    credentials,
    roleId,
    vaultID,
    vaultURL,
    connectionURL,
    bearers,
  }
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: caFile, NODE_NO_WARNINGS: '1' }
  const args = [SESSION, JSON.stringify(order)]
  const { stdout } = await promisify(execFile)(process.execPath, args, { env })
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
}

describe('skyflow-node 1.14.3', () => {
  it.each(['vendor', 'broker'] as const)(
    'runs its operations against the sandbox with bearers of the %s',
    async (bearers) => {
      const world = await createWorld({ minter: { signedDataTokens: { allow: () => true } } })
      const { outcomes, had, passed } = await runSession(world, bearers)
      const isVendor = bearers === 'vendor'
      const wanted = [...OPERATIONS, ...(isVendor ? OF_FILES : [])]
      expect(outcomes).toEqual(Object.fromEntries(wanted.map((name) => [name, true])))
      expect(passed.toSorted()).toEqual(had.toSorted())
      const share = Math.round((100 * passed.length) / had.length)
      console.info(
        `skyflow-node 1.14.3, bearers of the ${bearers}: ${passed.length} of ${had.length} operations passed (${share} %)`,
      )
      const mints = world.vaultRequests('/token')
      // The SDK keeps no bearer: it asks for one before each of its operations.
      expect(isVendor ? mints > OPERATIONS.length : mints === 1).toBe(true)
    },
    30_000,
  )

  it('gets the text of ours where there is no bearer to be had', async () => {
    const world = await createWorld()
    world.sandbox.skyflowControl.fault({ status: 401, path: '/v1/auth/*' })
    const report = await runSession(world, 'broker')
    expect(report.outcomes.insert).toMatch(/^upstream_auth\b/)
  }, 30_000)
})
