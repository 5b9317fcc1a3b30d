/** Asks the broker to sign data tokens, for accounts that reveal no others. */
import type { AudienceName, BrokerShape } from '@valetkey/client'
import { isFields, listOf } from './answer.ts'
import { SkyflowError } from './skyflow-error.ts'
import type { CallOptions } from './types.ts'
import { callVault } from './vault-call.ts'
import { inParts } from './vault-context.ts'

export interface DataTokenSignerOptions<B extends BrokerShape = BrokerShape> {
  /** Address of the broker, as for `createTokenClient`. */
  broker: string | URL
  /** The audience whose minter is `skyflow({ signedDataTokens })`. */
  audience: AudienceName<B>
  /** Headers for the broker, read afresh for each request: the place for an app's own bearer. */
  headers?: () => HeadersInit | Promise<HeadersInit>
  fetch?: typeof fetch
  /** How long one request may take, in milliseconds. @default 10000 */
  deadlineMs?: number
}

export interface SignOptions extends CallOptions {
  /** How long they shall live at most, in milliseconds; at least a second. The broker may give less. */
  lifetimeMs?: number
}

/** Signed data tokens in the order asked for; `vault.detokenize` takes them in place of the data tokens. */
export type SignDataTokens = (
  dataTokens: readonly string[],
  options?: SignOptions,
) => Promise<readonly string[]>

const DEADLINE_MS = 10_000

/**
 * Creates the function that has data tokens signed. The broker decides whose they are: it throws
 * `SkyflowError` `broker_refused` where this user may not have one of them. They live for a minute or so:
 * have them signed right before they are used, keep none.
 *
 * @example
 * ```ts
 * const sign = createDataTokenSigner<typeof broker>({ broker: '/api/broker', audience: 'cards' })
 * const values = await vault.detokenize(await sign([card.number, card.cvv]))
 * ```
 */
export function createDataTokenSigner<B extends BrokerShape = BrokerShape>(
  options: DataTokenSignerOptions<B>,
): SignDataTokens {
  return async (dataTokens, signing = {}) => {
    const parts = inParts(dataTokens)
    return (await Promise.all(parts.map((part) => signPart(options, part, signing)))).flat()
  }
}

function signPart<B extends BrokerShape>(
  { broker, audience, headers, fetch: given, deadlineMs = DEADLINE_MS }: DataTokenSignerOptions<B>,
  dataTokens: readonly string[],
  { lifetimeMs, signal }: SignOptions,
): Promise<readonly string[]> {
  const send: typeof fetch = async (input, init) => {
    const all = new Headers(await headers?.())
    for (const [name, value] of new Headers(init?.headers)) all.set(name, value)
    all.set('accept', 'application/json, application/problem+json')
    all.set('x-valet-key', '1')
    // Looked up at each call, as it may be replaced.
    const response = await (given ?? globalThis.fetch)(input, { ...init, headers: all })
    if (response.ok || response.headers.has('x-valet-key')) return response
    throw new SkyflowError('broker_refused', `No broker answered (${response.status})`, {
      status: response.status,
    })
  }
  return callVault(
    { resource: baseOf(broker), fetch: send },
    {
      method: 'POST',
      path: `x/${encodeURIComponent(audience)}/signed-data-tokens`,
      body: {
        data_tokens: dataTokens,
        ...(lifetimeMs !== undefined && { ttl: lifetimeMs / 1000 }),
      },
      isWrite: false,
      sent: dataTokens,
      parse: (content) => readSigned(content, dataTokens),
    },
    { deadlineMs, signal },
  )
}

function baseOf(broker: string | URL): string {
  const { href } = new URL(broker, globalThis.location?.href)
  return href.endsWith('/') ? href : `${href}/`
}

function readSigned(content: unknown, asked: readonly string[]): readonly string[] | undefined {
  const result = isFields(content) ? content.result : undefined
  const signed = listOf(result, 'signed_data_tokens', (entry) =>
    isFields(entry) ? entry : undefined,
  )
  const texts = asked.flatMap((token, i) => {
    const { data_token: of, signed_token: text } = signed?.[i] ?? {}
    return of === token && typeof text === 'string' ? [text] : []
  })
  return texts.length === asked.length && signed?.length === asked.length ? texts : undefined
}
