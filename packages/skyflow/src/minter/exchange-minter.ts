/** Mints by the token of the user's own login: Skyflow trusts the provider, the broker holds no secret of Skyflow's. */
import { type Minter, MintError, type MintRequest } from '@valetkey/broker'
import { unknownOptionFaults } from '@valetkey/broker/credential'
import {
  managementUrlOf,
  parseTokenUri,
  parseVaultUrl,
  reportMixedEnvironments,
} from './addresses.ts'
import { bearerOf } from './bearer.ts'
import { exchange, subjectGrant } from './exchange.ts'
import type { Report } from './fields.ts'
import { checkLifetimes, FALLBACK_LIFETIME_MS, lifeOf, limitsOf } from './lifetimes.ts'
import { exchangeRefusalOf } from './refusal.ts'
import { sessionOf, type SkyflowSession } from './roles.ts'
import { SkyflowConfigError, type SkyflowFault } from './skyflow-config-error.ts'

/** Experimental: Skyflow's exchange of tokens is not in its public documents. */
export interface SkyflowTokenExchange {
  /** ID of the service account whose configuration trusts your identity provider. */
  serviceAccountId: string
  /**
   * The JWT that your identity provider gave this user, from your own session store; `null` where there is none.
   * Keep it out of `context`, which is part of the cache's key.
   */
  subjectToken: (
    session: SkyflowSession & { readonly signal: AbortSignal },
  ) => string | null | undefined | Promise<string | null | undefined>
  /** @default 'urn:ietf:params:oauth:token-type:jwt', the only one that is known to be taken */
  subjectTokenType?: string
  /** @default Skyflow's own for the environment of `vaultUrl`, `…/v1/auth/sts/token` */
  tokenUrl?: string
}

export interface SkyflowExchangeOptions {
  /** @experimental */
  tokenExchange: SkyflowTokenExchange
  /** The vault's address, for example `https://<clusterId>.vault.skyflowapis.com`. */
  vaultUrl: string
  /** The longest life of a bearer, in milliseconds: that of the users' tokens, an hour at most. @default 3600000 */
  lifetimeMs?: number
  /** The shortest one, in milliseconds. A bearer ends with the user's token, whatever was asked for. @default 0 */
  minLifetimeMs?: number
  /** Taken for the lifetime of a bearer that does not say when it ends, in milliseconds. @default 300000 */
  fallbackLifetimeMs?: number
  /** Hosts besides Skyflow's own that may receive users' tokens, as `host` or `host:port`. @default [] */
  tokenHosts?: readonly string[]
  /** Hosts besides Skyflow's own that may be called with bearers, as `host` or `host:port`. @default [] */
  vaultHosts?: readonly string[]
  /** This server's time, in milliseconds since the epoch. @default the system's */
  clock?: { now(): number }
  fetch?: typeof fetch
}

const OPTIONS = [
  'tokenExchange',
  'vaultUrl',
  'lifetimeMs',
  'minLifetimeMs',
  'fallbackLifetimeMs',
  'tokenHosts',
  'vaultHosts',
  'clock',
  'fetch',
]
const JWT = 'urn:ietf:params:oauth:token-type:jwt'
const STS_PATH = '/v1/auth/sts/token'
const SUBJECT_TOKEN = /^[\x21-\x7e]{1,131072}$/
const ID = /^[\x21-\x7e]{1,256}$/

/** @throws {SkyflowConfigError} at start-up, naming every field to mend and no value. */
export function createExchangeMinter(options: SkyflowExchangeOptions): Minter {
  const { serviceAccountId, subjectTokenType, url, vaultUrl } = readOptions(options)
  const { clock = { now: () => Date.now() }, fallbackLifetimeMs = FALLBACK_LIFETIME_MS } = options
  const { fetch: send = (input, init) => globalThis.fetch(input, init) } = options
  return {
    name: 'skyflow',
    // Each bearer is of one user's own token.
    shareable: false,
    limits: limitsOf(options),
    async mint(request) {
      const { signal, traceHeaders } = request
      signal.throwIfAborted()
      if (request.scope !== undefined)
        throw new MintError(
          'invalid_target',
          'an exchanged bearer has the roles of its account; no scope narrows it',
        )
      const { now: startedAt, lifetimeMs } = lifeOf(request, clock.now())
      const subjectToken = await subjectTokenOf(options.tokenExchange, request)
      const body = subjectGrant({ subjectToken, subjectTokenType, serviceAccountId })
      const answer = await exchange({ url, body, signal, traceHeaders, fetch: send })
      const rules = { startedAt, lifetimeMs, fallbackLifetimeMs, refusal: exchangeRefusalOf }
      return { ...bearerOf(answer, rules), resource: vaultUrl }
    },
  }
}

async function subjectTokenOf(
  { subjectToken }: SkyflowTokenExchange,
  request: MintRequest,
): Promise<string> {
  const ask = async () => subjectToken({ ...sessionOf(request), signal: request.signal })
  const token: unknown = await ask().catch((cause: unknown) => {
    // A session store that is down is no reason to sign anybody out.
    throw new MintError('temporarily_unavailable', 'tokenExchange.subjectToken failed', { cause })
  })
  if (typeof token === 'string' && SUBJECT_TOKEN.test(token)) return token
  throw new MintError(
    'invalid_target',
    'this login has no token to exchange (tokenExchange.subjectToken gave none)',
  )
}

interface Exchange {
  serviceAccountId: string
  subjectTokenType: string
  url: string
  vaultUrl: string
}

function readOptions(options: SkyflowExchangeOptions): Exchange {
  const { tokenExchange, tokenHosts = [], vaultHosts = [] } = options
  const faults: SkyflowFault[] = []
  const report: Report = (field, fault) => void faults.push({ field, fault })
  const hosts = { tokenHosts, vaultHosts }
  const { serviceAccountId, subjectToken, subjectTokenType = JWT } = tokenExchange
  const vaultUrl = parseVaultUrl(options.vaultUrl, hosts, report)
  const wanted = tokenExchange.tokenUrl ?? (vaultUrl && managementUrlOf(vaultUrl, STS_PATH))
  const url = parseTokenUri(wanted, hosts, (_, fault) => report('tokenExchange.tokenUrl', fault))
  reportMixedEnvironments({ tokenUri: url, vaultUrl }, report)
  if (typeof serviceAccountId !== 'string' || !ID.test(serviceAccountId))
    report('tokenExchange.serviceAccountId', 'must be the ID of a service account')
  if (typeof subjectToken !== 'function')
    report('tokenExchange.subjectToken', "must be a function that gives the JWT of a user's login")
  for (const { field, fault } of unknownOptionFaults(options, OPTIONS, 'skyflow'))
    report(field, fault)
  checkLifetimes(options, report)
  if (url === undefined || vaultUrl === undefined || faults.length > 0)
    throw new SkyflowConfigError('tokenExchange', faults)
  return { serviceAccountId, subjectTokenType, url, vaultUrl }
}
