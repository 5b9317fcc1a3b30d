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
export type Operation<T> = Omit<VaultCall<T>, 'sent'> &
  Partial<Pick<VaultCall<T>, 'sent'>> & {
    /** Of the API. @default 'v1' */
    version?: 'v1' | 'v2'
  }

/** Carries out one operation. */
export type Run = <T>(operation: Operation<T>, options?: CallOptions) => Promise<T>

/** Skyflow's own limit for one call. */
export const MAX_ROWS = 25

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
    const { version = 'v1', ...rest } = operation
    const path = `${version}/vaults/${vaultId}${operation.path}`
    const call = { sent: [], ...rest, path }
    return callVault({ resource: base, fetch: send }, call, { deadlineMs, signal })
  }
}

/** A table or a `skyflow_id` as a part of a path. @throws {SkyflowError} `invalid_argument` for any other text. */
export function pathPart(name: unknown, what: string): string {
  if (typeof name === 'string' && NAME.test(name)) return `/${name}`
  throw new SkyflowError('invalid_argument', `${what} must be of letters, digits, _ and -`)
}

/** @throws {SkyflowError} `invalid_argument` for more than one call takes. */
export function checkCount({ length }: readonly unknown[], what: string): void {
  if (length <= MAX_ROWS) return
  throw new SkyflowError('invalid_argument', `At most ${MAX_ROWS} ${what} in one call`)
}

/** Parts of which each fits into one call. */
export function inParts<T>(list: readonly T[], size: number = MAX_ROWS): readonly (readonly T[])[] {
  const count = Math.ceil(list.length / size)
  return Array.from({ length: count }, (_, i) => list.slice(i * size, (i + 1) * size))
}
