/** Mints with a service account's key: an assertion, signed here, swapped for a bearer token. */
import type { Minter } from '@valetkey/broker'
import { createCredential, unknownOptionFaults } from '@valetkey/broker/credential'
import { parseVaultUrl, reportMixedEnvironments } from './addresses.ts'
import { createAssertions, createSigner, type SignAssertion, type SignClaims } from './assertion.ts'
import { bearerOf } from './bearer.ts'
import { contextOf, type SkyflowContextSource } from './context.ts'
import {
  parseCredentials,
  readCredentials,
  type ServiceAccount,
  type SkyflowCredentials,
  fileOf,
  sourceOf,
} from './credentials.ts'
import { assertionGrant, exchange } from './exchange.ts'
import type { Report } from './fields.ts'
import { checkLifetimes, FALLBACK_LIFETIME_MS, lifeOf, limitsOf } from './lifetimes.ts'
import { checkRoles, scopeOf, sessionOf, type SkyflowRoles } from './roles.ts'
import {
  checkSignedDataTokens,
  createSigning,
  type SignedDataTokenOptions,
} from './signed-data-tokens.ts'
import { SkyflowConfigError, type SkyflowFault } from './skyflow-config-error.ts'

export interface SkyflowMinterOptions {
  /**
   * Path of the `credentials.json` that came with the service account, or its content, as an object or as
   * text. A file is read at start-up, and again whenever it changes; one that cannot be used is reported and
   * the former kept.
   */
  credentials: string | URL | SkyflowCredentials
  /** The vault's address, for example `https://<clusterId>.vault.skyflowapis.com`. */
  vaultUrl: string
  /**
   * IDs of the roles a bearer gets. A function decides by user, from nothing but what it is given.
   * Scopes of the broker (`role:<role ID>`) narrow it further.
   *
   * @default all roles of the account
   */
  roles?: SkyflowRoles
  /** Puts what the server knows of the user into the bearer, for policies that read `request.context`. @default none */
  context?: SkyflowContextSource
  /**
   * How long a bearer lives, in milliseconds, from 2 s to 1 h, unless the broker's rules ask for less. It
   * is asked for by the assertion's `exp`. Skyflow's documents do not say that it heeds that; a bearer
   * that lives over a minute longer than asked for is refused, and the log says so.
   *
   * @default 3600000
   */
  lifetimeMs?: number
  /**
   * The shortest life that a bearer can have, in milliseconds: 3600000 where Skyflow proves not to heed
   * what is asked for. Browsers then get none that must end sooner, unless the audience is proxied or says
   * `allowOutliving`.
   *
   * @default 0
   */
  minLifetimeMs?: number
  /** Taken for the lifetime of a bearer that does not say when it ends, in milliseconds. @default 300000 */
  fallbackLifetimeMs?: number
  /** Hosts besides Skyflow's own that may receive assertions, as `host` or `host:port`. @default [] */
  tokenHosts?: readonly string[]
  /** Hosts besides Skyflow's own that may be called with bearers, as `host` or `host:port`. @default [] */
  vaultHosts?: readonly string[]
  /** The assertion's `aud`. @default the credentials' tokenURI */
  assertionAudience?: string
  /** This server's time, in milliseconds since the epoch. @default the system's */
  clock?: { now(): number }
  fetch?: typeof fetch
  /** How often the file is looked at, in milliseconds. @default 5000 */
  watchIntervalMs?: number
  /**
   * Lets users have data tokens signed, for accounts that take no others: `POST {broker}/x/{audience}/signed-data-tokens`.
   *
   * @default nobody may
   */
  signedDataTokens?: SignedDataTokenOptions
}

const OPTIONS = [
  'credentials',
  'vaultUrl',
  'roles',
  'context',
  'lifetimeMs',
  'minLifetimeMs',
  'fallbackLifetimeMs',
  'tokenHosts',
  'vaultHosts',
  'assertionAudience',
  'clock',
  'fetch',
  'watchIntervalMs',
  'signedDataTokens',
]

/** What one reading of the credentials gives. */
interface Account extends ServiceAccount {
  vaultUrl: string
  sign: SignAssertion
  signClaims: SignClaims
}

/**
 * Mints Skyflow bearer tokens: signs an assertion with the service account's key (RS256, Web Crypto) and
 * swaps it at the account's token endpoint. One bearer serves all users, unless `context` or `roles` make
 * it depend on who asks.
 *
 * @throws {SkyflowConfigError} at start-up, naming every field to mend and no value.
 */
export function createAccountMinter(options: SkyflowMinterOptions): Minter {
  const { roles, context, credentials, signedDataTokens, watchIntervalMs } = options
  const { current, credentialVersion, reload, watch } = createCredential<Account>({
    label: 'the file of the Skyflow credentials',
    file: fileOf(credentials),
    read: () => readOptions(options),
    identityOf: ({ clientId, keyId, tokenUri, privateKey }) =>
      JSON.stringify([clientId, keyId, tokenUri, Array.from(privateKey)]),
    watchIntervalMs,
  })
  const { clock = { now: () => Date.now() }, fallbackLifetimeMs = FALLBACK_LIFETIME_MS } = options
  const { fetch: send = (input, init) => globalThis.fetch(input, init) } = options

  return {
    name: 'skyflow',
    shareable: context === undefined && typeof roles !== 'function',
    limits: limitsOf(options),
    ...(signedDataTokens && {
      operations: {
        'signed-data-tokens': createSigning({ ...signedDataTokens, context, current, clock }),
      },
    }),
    async mint(request) {
      const { signal, traceHeaders } = request
      signal.throwIfAborted()
      const { sign, tokenUri, vaultUrl } = current()
      const session = sessionOf(request)
      const scope = scopeOf({ ...session, ...(request.scope && { scope: request.scope }) }, roles)
      const facts = { context: contextOf(session, context), ...lifeOf(request, clock.now()) }
      const assertion = await sign(facts)
      const body = assertionGrant(assertion, scope)
      const answer = await exchange({ url: tokenUri, body, signal, traceHeaders, fetch: send })
      const rules = { startedAt: facts.now, lifetimeMs: facts.lifetimeMs, fallbackLifetimeMs }
      return {
        ...bearerOf(answer, rules),
        resource: vaultUrl,
        ...(scope !== undefined && { scope }),
      }
    },
    credentialVersion,
    reload,
    watch,
  }
}

/** @throws {SkyflowConfigError} naming all faults at once. */
function readOptions(options: SkyflowMinterOptions): Account {
  const { credentials, tokenHosts = [], vaultHosts = [] } = options
  const faults: SkyflowFault[] = []
  const report: Report = (field, fault) => void faults.push({ field, fault })
  const hosts = { tokenHosts, vaultHosts }
  const content = readCredentials(credentials, report)
  // What could not be read has been reported.
  const account = faults.length === 0 ? parseCredentials(content, hosts, report) : undefined
  const vaultUrl = parseVaultUrl(options.vaultUrl, hosts, report)
  reportMixedEnvironments({ tokenUri: account?.tokenUri, vaultUrl }, report)
  for (const { field, fault } of unknownOptionFaults(options, OPTIONS, 'skyflow'))
    report(field, fault)
  checkRoles(options.roles, report)
  checkLifetimes(options, report)
  checkSignedDataTokens(options.signedDataTokens, report)
  if (options.context !== undefined && options.context !== true && !isFunction(options.context))
    report('context', 'must be true, or a function that picks it from the session')
  if (account === undefined || vaultUrl === undefined || faults.length > 0)
    throw new SkyflowConfigError(sourceOf(credentials), faults)
  const signClaims = createSigner(account)
  const sign = createAssertions(account, options.assertionAudience ?? account.tokenUri, signClaims)
  return { ...account, vaultUrl, sign, signClaims }
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function'
}
