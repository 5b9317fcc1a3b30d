/** The vault client: what a page reads from walt.id. */
import type { AudienceName, BrokerShape, TokenClient } from '@valetkey/client'
import { type Fields, isFields } from './fields.ts'
import type {
  ApiKeyView,
  CallOptions,
  TrustSource,
  WalletDid,
  WalletKey,
  WaltidVault,
} from './types.ts'
import { look, type VaultLook } from './vault-call.ts'
import { WaltidError } from './waltid-error.ts'

export interface WaltidOptions<B extends BrokerShape = BrokerShape> {
  /** From `createTokenClient`. */
  client: TokenClient<B>
  /** The audience whose minter is `waltid(…)`. */
  audience: AudienceName<B>
  /** How long one call may take, in milliseconds. @default 10000 */
  deadlineMs?: number
  /** Where an API key is looked at, `{key}` being its id. @default '/v1/{key}/apikeys-api/api-keys/view' */
  viewPath?: string
  /** The field of that answer which holds the end, as a date of ISO 8601. @default 'expiration' */
  expirationField?: string
}

const DEADLINE_MS = 10_000
const VIEW_PATH = '/v1/{key}/apikeys-api/api-keys/view'
const TARGET = /^[\w-]+(\.[\w-]+)+$/
const MAX_TARGET_BYTES = 512

/**
 * Creates the vault client. Keys come and stay in `client`; where the broker proxies the audience, as is advised
 * for walt.id, the calls go through it.
 *
 * Every operation throws `WaltidError`; `TokenError` if no key can be had; the platform's `AbortError` for a
 * caller who gives up.
 *
 * @throws {WaltidError} `config` for an option that cannot work.
 * @example
 * ```ts
 * const waltid = createWaltid({ client: tokens, audience: 'wallet' })
 * const keys = await waltid.keys('acme.tenant1.wallet')
 * ```
 */
export function createWaltid<B extends BrokerShape = BrokerShape>(
  options: WaltidOptions<B>,
): WaltidVault {
  const run = createRun(options)
  const { viewPath = VIEW_PATH, expirationField = 'expiration' } = options
  if (!viewPath.startsWith('/') || !viewPath.includes('{key}'))
    throw new WaltidError('config', 'viewPath must begin with / and hold {key}')

  function inWallet<T>(
    kind: string,
    read: (entry: unknown) => T | undefined,
  ): (wallet: string, options?: CallOptions) => Promise<readonly T[]> {
    return async (wallet, options) => {
      const path = `v2/${targetOf(wallet, 'The wallet')}/wallet-service-api/${kind}`
      return run({ path, parse: (content) => listOf(content, read) }, options)
    }
  }

  return {
    keys: inWallet('keys', readKey),
    dids: inWallet('dids', readDid),
    credentials: inWallet('credentials', (entry) => (isFields(entry) ? entry : undefined)),
    async trustSources(registry, callOptions) {
      const path = `v1/${targetOf(registry, 'The trust registry')}/trust-registry-api/sources`
      return run({ path, parse: (content) => listOf(content, readSource) }, callOptions)
    },
    async apiKey(key, callOptions) {
      const path = viewPath.slice(1).replaceAll('{key}', targetOf(key, 'The API key'))
      const parse = (content: unknown) => readApiKey(content, key, expirationField)
      return run({ path, parse }, callOptions)
    },
  }
}

type Run = <T>(call: VaultLook<T>, options?: CallOptions) => Promise<T>

function createRun<B extends BrokerShape>(options: WaltidOptions<B>): Run {
  const { client, audience, deadlineMs = DEADLINE_MS } = options
  if (!(deadlineMs > 0 && deadlineMs < 2 ** 31))
    throw new WaltidError('config', 'deadlineMs must be a positive number of milliseconds')
  const send = client.fetchFor(audience)
  return async function run(call, { signal } = {}) {
    const [prepared] = await client.prepare([audience], { ...(signal && { signal }) })
    const resource = prepared?.resource
    if (resource === undefined)
      throw new WaltidError('config', `The broker names no address for ${audience}`)
    const base = resource.endsWith('/') ? resource : `${resource}/`
    return look({ resource: base, fetch: send }, call, { deadlineMs, signal })
  }
}

/** @throws {WaltidError} `invalid_argument` for anything but a dotted path. */
function targetOf(target: unknown, what: string): string {
  const isPath = typeof target === 'string' && TARGET.test(target)
  // Letters, digits, _ and - are of one byte each.
  if (isPath && target.length <= MAX_TARGET_BYTES) return target
  throw new WaltidError(
    'invalid_argument',
    `${what} must be named by its dotted path, {organization}.{…}, of letters, digits, _ and -, up to ${MAX_TARGET_BYTES} bytes`,
  )
}

/** The list, if each entry can be read. */
function listOf<T>(
  content: unknown,
  read: (entry: unknown) => T | undefined,
): readonly T[] | undefined {
  if (!Array.isArray(content)) return undefined
  const entries = content.map((entry: unknown) => read(entry))
  const known = entries.filter((entry) => entry !== undefined)
  return known.length === entries.length ? known : undefined
}

function readKey(entry: unknown): WalletKey | undefined {
  const { keyId, keyType, algorithm }: Fields = isFields(entry) ? entry : {}
  if (typeof keyId !== 'string' || typeof keyType !== 'string') return undefined
  return { keyId, keyType, ...(typeof algorithm === 'string' && { algorithm }) }
}

function readDid(entry: unknown): WalletDid | undefined {
  const { did, document }: Fields = isFields(entry) ? entry : {}
  return typeof did === 'string' ? { did, document } : undefined
}

function readSource(entry: unknown): TrustSource | undefined {
  if (!isFields(entry)) return undefined
  const { sourceId, displayName, freshnessState, ...rest } = entry
  if (typeof sourceId !== 'string') return undefined
  return {
    ...rest,
    sourceId,
    ...(typeof displayName === 'string' && { displayName }),
    ...(typeof freshnessState === 'string' && { freshnessState }),
  }
}

function readApiKey(content: unknown, key: string, field: string): ApiKeyView | undefined {
  if (!isFields(content)) return undefined
  const { _id: id = key, name } = content
  const end = content[field]
  const expiresAt = typeof end === 'string' ? Date.parse(end) : undefined
  if (typeof id !== 'string' || Number.isNaN(expiresAt)) return undefined
  return {
    id,
    ...(typeof name === 'string' && { name }),
    ...(expiresAt !== undefined && { expiresAt }),
  }
}
