/** The server half of Skyflow: a minter that swaps a service account's assertion for a bearer token. */
import { type Minter, MintError, type MinterLimits, type MintRequest } from '@valetkey/broker'
import { createCredential, unknownOptionFaults } from '@valetkey/broker/credential'
import { parseVaultUrl, reportMixedEnvironments } from './addresses.ts'
import { createSigner, type SignAssertion } from './assertion.ts'
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
import { exchange } from './exchange.ts'
import type { Report } from './fields.ts'
import { checkRoles, scopeOf, type SkyflowRoles } from './roles.ts'
import { SkyflowConfigError, type SkyflowFault } from './skyflow-config-error.ts'

export type { SkyflowContext, SkyflowContextSource } from './context.ts'
export type { SkyflowCredentials } from './credentials.ts'
export type { SkyflowRoles, SkyflowSession } from './roles.ts'
export { SkyflowConfigError, type SkyflowFault } from './skyflow-config-error.ts'

/** What Skyflow's own clients ask for, and the most a bearer lives. */
const MAX_LIFETIME_MS = 3_600_000
const MIN_LIFETIME_MS = 2_000
const FALLBACK_LIFETIME_MS = 300_000

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
]

/** What one reading of the credentials gives. */
interface Account extends ServiceAccount {
  vaultUrl: string
  sign: SignAssertion
}

/**
 * Mints Skyflow bearer tokens: signs an assertion with the service account's key (RS256, Web Crypto) and
 * swaps it at the account's token endpoint. One bearer serves all users, unless `context` or `roles` make
 * it depend on who asks.
 *
 * @throws {SkyflowConfigError} at start-up, naming every field to mend and no value.
 */
export function skyflow(options: SkyflowMinterOptions): Minter {
  const { roles, context, credentials, watchIntervalMs } = options
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
    async mint(request) {
      const { signal } = request
      signal.throwIfAborted()
      const { sign, tokenUri, vaultUrl } = current()
      const session = sessionOf(request)
      const scope = scopeOf({ ...session, ...(request.scope && { scope: request.scope }) }, roles)
      const facts = { context: contextOf(session, context), ...lifeOf(request, clock.now()) }
      const assertion = await sign(facts).catch(cannotSign)
      const answer = await exchange({ tokenUri, assertion, scope, signal, fetch: send })
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
  if (options.context !== undefined && options.context !== true && !isFunction(options.context))
    report('context', 'must be true, or a function that picks it from the session')
  if (account === undefined || vaultUrl === undefined || faults.length > 0)
    throw new SkyflowConfigError(sourceOf(credentials), faults)
  const sign = createSigner(account, options.assertionAudience ?? account.tokenUri)
  return { ...account, vaultUrl, sign }
}

function checkLifetimes(options: SkyflowMinterOptions, report: Report): void {
  for (const name of ['lifetimeMs', 'minLifetimeMs', 'fallbackLifetimeMs'] as const) {
    const value = options[name] ?? MAX_LIFETIME_MS
    if (!(value >= MIN_LIFETIME_MS && value <= MAX_LIFETIME_MS))
      report(name, `must be a number of milliseconds from ${MIN_LIFETIME_MS} to ${MAX_LIFETIME_MS}`)
  }
  const { lifetimeMs = MAX_LIFETIME_MS, minLifetimeMs = 0 } = options
  if (lifetimeMs < minLifetimeMs) report('lifetimeMs', 'must not be below minLifetimeMs')
}

function limitsOf({ lifetimeMs, minLifetimeMs }: SkyflowMinterOptions): MinterLimits {
  return {
    defaultLifetimeMs: lifetimeMs ?? MAX_LIFETIME_MS,
    maxLifetimeMs: MAX_LIFETIME_MS,
    ...(minLifetimeMs !== undefined && { minLifetimeMs }),
  }
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function'
}

function sessionOf({ audience, subject, context }: MintRequest) {
  return {
    audience,
    ...(subject !== undefined && { subject }),
    ...(context !== undefined && { context }),
  }
}

function lifeOf({ lifetimeMs }: MintRequest, now: number): { now: number; lifetimeMs: number } {
  if (lifetimeMs > 0) return { now, lifetimeMs: Math.min(lifetimeMs, MAX_LIFETIME_MS) }
  throw new MintError('invalid_target', 'Skyflow gives no bearer without a lifetime above 0 ms')
}

/** The platform's own words are not kept: some quote the input. */
function cannotSign(): never {
  throw new MintError(
    'upstream_auth',
    'the private key of the Skyflow credentials cannot sign; download credentials.json anew',
  )
}
