/** The server half of walt.id: a minter that makes API keys, each with an end and a role. */
import type { Minter } from '@valetkey/broker'
import { createCredential } from '@valetkey/broker/credential'
import { createAdministrator } from './administrator.ts'
import { assumptionsOf } from './assumptions.ts'
import { deleteKey, mintKey, type Workshop } from './key-mint.ts'
import type { SecretSource, WaltidMinterOptions } from './minter-options.ts'
import { rolesFor } from './roles.ts'
import { readSettings } from './settings.ts'

export { formatSeconds, parseDuration } from './duration.ts'
export type {
  SecretSource,
  WaltidCallOptions,
  WaltidLogin,
  WaltidMinterOptions,
  WaltidViewOptions,
} from './minter-options.ts'

const UNKNOWN_CORS = 'walt.id does not document whether it admits browsers'
/** Each key is a resource that stays, so one is handed out until little of it is left. */
const FRESH_SHARE = 0.1
const MIN_LIFETIME_MS = 1_000
/** Whoever has to sign in first has less time left than was asked for. */
const MIN_LIFETIME_WITH_LOGIN_MS = 2_000

/**
 * Mints walt.id API keys: creates a key that ends, assigns its role, and only then hands it over. One key serves
 * all who have the role, unless `perSubject` is set, so that page loads leave no resource each.
 *
 * Whether a browser may call walt.id is not documented, so the broker proxies calls unless the audience says
 * `delivery: 'token'`. Assumptions that are in use are named in the log when a broker starts.
 *
 * @throws {BrokerConfigError} at start-up, naming every field to mend and no secret.
 * @example
 * ```ts
 * const minter = waltid({
 *   orgBaseUrl: 'https://acme.walt.example',
 *   organization: 'acme',
 *   token: { file: '/run/secrets/waltid' },
 *   roleId: 'wallet-reader',
 *   lifetime: '15m',
 * })
 * ```
 */
export function waltid(options: WaltidMinterOptions): Minter {
  const { clock = { now: () => Date.now() }, watchIntervalMs } = options
  const { fetch: send = (input, init) => globalThis.fetch(input, init) } = options
  const { current, credentialVersion, reload, watch } = createCredential<Workshop>({
    label: "the administrator's credential of walt.id",
    file: fileOf(options.token) ?? fileOf(options.login?.password),
    read() {
      const settings = readSettings(options)
      const { credential } = settings
      return {
        settings,
        clock,
        administrator: createAdministrator({ credential, clock, fetch: send }),
      }
    },
    identityOf: ({ settings: { credential, organization, baseUrl } }) =>
      JSON.stringify([baseUrl, organization, credential]),
    watchIntervalMs,
  })
  const { lifetimeMs } = current().settings
  const minLifetimeMs = Math.min(
    lifetimeMs,
    options.login ? MIN_LIFETIME_WITH_LOGIN_MS : MIN_LIFETIME_MS,
  )

  return {
    name: 'waltid',
    shareable: options.perSubject !== true,
    prefersProxy: UNKNOWN_CORS,
    freshShare: FRESH_SHARE,
    limits: { defaultLifetimeMs: lifetimeMs, maxLifetimeMs: lifetimeMs, minLifetimeMs },
    async mint(request) {
      request.signal.throwIfAborted()
      const workshop = current()
      const roleIds = rolesFor(request.scope, workshop.settings.roleIds)
      const wish = { ...request, roleIds, lifetimeMs: Math.min(request.lifetimeMs, lifetimeMs) }
      const minted = await mintKey(workshop, wish)
      return { ...minted, ...(request.scope !== undefined && { scope: request.scope }) }
    },
    ...(current().settings.delete && {
      async revoke({ id }, { signal }) {
        const keyId = id?.split('.')[1]
        if (keyId !== undefined) await deleteKey(current(), keyId, signal)
      },
    }),
    credentialVersion,
    reload,
    watch(notify) {
      for (const detail of assumptionsOf(options)) notify({ kind: 'assumption', detail })
      return watch(notify)
    },
  }
}

function fileOf(source: SecretSource | undefined): string | URL | undefined {
  return typeof source === 'object' ? source.file : undefined
}
