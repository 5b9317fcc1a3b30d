/** What every operation of one vault works with: its address, as the broker names it, and its ID. */
import type { AudienceName, BrokerShape, TokenClient } from '@valetkey/client'
import { SkyflowError } from './skyflow-error.ts'
import type { CallOptions } from './types.ts'
import { callVault, type VaultCall } from './vault-call.ts'

export interface SkyflowVaultOptions<B extends BrokerShape = BrokerShape> {
  /** From `createTokenClient`. */
  client: TokenClient<B>
  /** The audience whose minter is `skyflow(…)`. */
  audience: AudienceName<B>
  /** As Skyflow Studio shows it. */
  vaultId: string
  /** How long one call may take, in milliseconds. @default 10000 */
  deadlineMs?: number
}

/** A call as the operations make it; its path is relative to the vault. */
export type Operation<T> = Omit<VaultCall<T>, 'sent'> & Partial<Pick<VaultCall<T>, 'sent'>>

/** Carries out one operation. */
export type Run = <T>(operation: Operation<T>, options?: CallOptions) => Promise<T>

const DEADLINE_MS = 10_000
const NAME = /^[\w-]{1,128}$/

/** @throws {SkyflowError} `config` for an option that cannot work. */
export function createRun<B extends BrokerShape>(options: SkyflowVaultOptions<B>): Run {
  const { client, audience, vaultId, deadlineMs = DEADLINE_MS } = options
  if (!NAME.test(vaultId))
    throw new SkyflowError(
      'config',
      'vaultId must be letters and digits, as Skyflow Studio shows it',
    )
  if (!(deadlineMs > 0 && deadlineMs < 2 ** 31))
    throw new SkyflowError('config', 'deadlineMs must be a positive number of milliseconds')
  const send = client.fetchFor(audience)

  return async function run(operation, { signal } = {}) {
    const [prepared] = await client.prepare([audience], { ...(signal && { signal }) })
    const resource = prepared?.resource
    if (resource === undefined)
      throw new SkyflowError('config', `The broker names no address for ${audience}`)
    const base = resource.endsWith('/') ? resource : `${resource}/`
    const path = `v1/vaults/${vaultId}${operation.path}`
    const call = { sent: [], ...operation, path }
    return callVault({ resource: base, fetch: send }, call, { deadlineMs, signal })
  }
}

/** A table or a `skyflow_id` as a part of a path. @throws {SkyflowError} `invalid_argument` for any other text. */
export function pathPart(name: unknown, what: string): string {
  if (typeof name === 'string' && NAME.test(name)) return `/${name}`
  throw new SkyflowError('invalid_argument', `${what} must be of letters, digits, _ and -`)
}
