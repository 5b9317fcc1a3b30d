/** The server half of NexusRunDB: mints tokens for access keys. */
import { type Minter, MintError } from '@valetkey/broker'
import { createCredential } from '@valetkey/broker/credential'
import { accessKeyFor } from './access-keys.ts'
import { assumptionOf } from './assumptions.ts'
import { exchange } from './exchange.ts'
import { expiryOf } from './expiry.ts'
import {
  fileOf,
  LIFETIME_MS,
  MAX_LIFETIME_MS,
  type NexusRunDbMinterOptions,
  readSettings,
  type Settings,
} from './minter-options.ts'
import { refusalOf } from './refusal.ts'
import { tokenIn } from './token-answer.ts'

export type { ForAccessKey, NexusRunDbSession } from './access-keys.ts'
export type { NexusRunDbMinterOptions } from './minter-options.ts'
export type { ExtractToken } from './token-answer.ts'

const OF_MASTER = 'every bucket and the administration of the database'
const UNKNOWN_CORS =
  'NexusRunDB does not document whether it admits browsers, and a token has all rights of its access key'

/**
 * Mints NexusRunDB tokens: Basic credentials in, a JWT out that has all rights of an access key for a number of
 * milliseconds. One token serves all users, unless `forAccessKey` is a function of who asks. The broker proxies
 * calls unless the audience says `delivery: 'token'`. What the documents leave open is an option each; what is
 * left at its assumption is named in the log when a broker starts.
 *
 * @throws {BrokerConfigError} at start-up, naming every field to mend and no value.
 */
export function nexusrundb(options: NexusRunDbMinterOptions): Minter {
  const { clock = { now: () => Date.now() }, forAccessKey, watchIntervalMs } = options
  const { lifetimeMs: defaultLifetimeMs = LIFETIME_MS, maxLifetimeMs = MAX_LIFETIME_MS } = options
  const { fetch: send = (input, init) => globalThis.fetch(input, init) } = options
  const { current, credentialVersion, reload, watch } = createCredential<Settings>({
    label: "the secret of NexusRunDB's access key",
    file: fileOf(options.accessSecret),
    read: () => readSettings(options),
    identityOf: ({ baseUrl, accessKey, accessSecret }) =>
      JSON.stringify([baseUrl, accessKey, accessSecret]),
    watchIntervalMs,
  })
  const assumption = assumptionOf(options)

  return {
    name: 'nexusrundb',
    shareable: typeof forAccessKey !== 'function',
    limits: { defaultLifetimeMs, maxLifetimeMs },
    prefersProxy: UNKNOWN_CORS,
    ...(options.masterKey && options.allowFullAuthority && { fullAuthority: OF_MASTER }),
    async mint(request) {
      const { signal, traceHeaders, scope } = request
      signal.throwIfAborted()
      const { baseUrl, accessKey, accessSecret, endpoint, extract } = current()
      const target = accessKeyFor(request, options)
      const asked = {
        startedAt: clock.now(),
        lifetimeMs: wholeLifetime(Math.min(request.lifetimeMs, maxLifetimeMs)),
      }
      const url = endpoint.urlFor(target, asked.lifetimeMs)
      const { method } = endpoint
      const call = { url, method, accessKey, accessSecret, signal, traceHeaders, fetch: send }
      const answer = await exchange(call)
      if (answer.status < 200 || answer.status > 299) throw refusalOf(answer, asked.startedAt)
      const value = tokenIn(answer, extract)
      return {
        value,
        expiresAt: expiryOf(value, asked),
        resource: baseUrl,
        ...(scope !== undefined && { scope }),
      }
    },
    credentialVersion,
    reload,
    watch(notify) {
      if (assumption !== undefined) notify({ kind: 'assumption', detail: assumption })
      return watch(notify)
    },
  }
}

/** @throws {MintError} `invalid_target` for a life under a millisecond. */
function wholeLifetime(lifetimeMs: number): number {
  const whole = Math.floor(lifetimeMs)
  if (whole >= 1) return whole
  throw new MintError('invalid_target', 'NexusRunDB gives no token that lives under a millisecond')
}
