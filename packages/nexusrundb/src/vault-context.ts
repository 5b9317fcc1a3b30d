/** What every operation on one database works with: its address, as the broker names it, and how it is called. */
import type { AudienceName, BrokerShape, TokenClient } from '@valetkey/client'
import { contentOf } from './answer.ts'
import { completeApi, type NexusRunDbApi, type RouteName, routeOf } from './api.ts'
import { checkedPlaces, type Places } from './limits.ts'
import { NexusRunDbError } from './nexusrundb-error.ts'
import type { CallOptions } from './types.ts'
import { callVault, malformed, type VaultCall } from './vault-call.ts'

export interface NexusRunDbOptions<B extends BrokerShape = BrokerShape> {
  /** From `createTokenClient`. */
  client: TokenClient<B>
  /** The audience whose minter is `nexusrundb(…)`. */
  audience: AudienceName<B>
  /** How long one call may take, in milliseconds. @default 10000 */
  deadlineMs?: number
  /** Sets right what is assumed of the calls. @default as the README lists it */
  api?: Partial<NexusRunDbApi>
}

/** A call as the operations make it. */
export interface Operation<T> extends Pick<VaultCall, 'query' | 'body' | 'badRequest'> {
  route: RouteName
  places: Places
  /** The answer's content, checked. Returns `undefined` if it is not as it should be. Left out: any content will do. */
  parse?: (content: unknown) => T | undefined
}

export interface Vault {
  readonly api: NexusRunDbApi
  run<T>(
    operation: Operation<T> & { parse: (content: unknown) => T | undefined },
    options?: CallOptions,
  ): Promise<T>
  /** The same where the content does not matter. */
  carryOut(operation: Operation<never>, options?: CallOptions): Promise<void>
}

const DEADLINE_MS = 10_000

/** @throws {NexusRunDbError} `config` for an option that cannot work. */
export function createVault<B extends BrokerShape>(options: NexusRunDbOptions<B>): Vault {
  const { client, audience, deadlineMs = DEADLINE_MS } = options
  if (!(deadlineMs > 0 && deadlineMs < 2 ** 31))
    throw new NexusRunDbError('config', 'deadlineMs must be a positive number of milliseconds')
  const api = completeApi(options.api)
  const send = client.fetchFor(audience)

  async function call(
    operation: Operation<unknown>,
    { signal }: CallOptions = {},
  ): Promise<{ answer: { text: string; contentType: string }; request: VaultCall }> {
    const { route, places, parse: _, ...rest } = operation
    const request = { ...rest, ...routeOf(api[route], checkedPlaces(places)) }
    const [prepared] = await client.prepare([audience], { ...(signal && { signal }) })
    const resource = prepared?.resource
    if (resource === undefined)
      throw new NexusRunDbError('config', `The broker names no address for ${audience}`)
    const base = resource.endsWith('/') ? resource : `${resource}/`
    const answer = await callVault({ resource: base, fetch: send }, request, { deadlineMs, signal })
    return { answer, request }
  }

  return {
    api,
    async run(operation, given) {
      const { answer, request } = await call(operation, given)
      const value = operation.parse(contentOf(answer))
      if (value === undefined) throw malformed(request)
      return value
    },
    async carryOut(operation, given) {
      await call(operation, given)
    },
  }
}
