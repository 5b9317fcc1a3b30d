/** A minter that hands out a token which people renew by hand: from a file, or from the environment. */
import { unknownOptionFaults } from '../unknown-options.ts'
import { BrokerConfigError, type ConfigFault } from '../config-error.ts'
import { createCredential } from '../credential.ts'
import { type Clock, completeClock } from '../clock.ts'
import { idleClock, watchExpiry } from './expiry-watch.ts'
import { type MintedToken, type Minter, MintError } from '../minter.ts'
import { readResource } from '../proxy-path.ts'
import { readStaticToken, type StaticSource, type StaticToken } from './static-token.ts'

export type { StaticSource } from './static-token.ts'

export interface StaticTokenOptions {
  /**
   * Where the token is: `{ file }`, looked at again whenever it changes, or `{ env }`, the name of an
   * environment variable. It holds the token alone, or JSON: `{ "token": …, "expiresAt": … }`.
   */
  token: StaticSource
  /**
   * When the token ends, where it does not say so itself as a JWT does: epoch milliseconds, a date, or a
   * text as `2027-01-31T00:00:00Z`. The least of all that is known counts.
   */
  expiresAt?: number | string | Date
  /** The token has no end, and you know it. @default false */
  neverExpires?: boolean
  /** Base URL of the vault that the token is for. */
  resource?: string
  /** For logs and errors. @default 'static' */
  name?: string
  /** How long before its end the operator is warned, in milliseconds. @default 86400000 (a day) */
  warnBeforeMs?: number
  /** Set where the token carries the authority of a whole organization: what that means, in a few words. */
  fullAuthority?: string
  /** How often the file is looked at, in milliseconds. @default 5000 */
  watchIntervalMs?: number
  clock?: Clock
}

const OPTIONS = [
  'token',
  'expiresAt',
  'neverExpires',
  'resource',
  'name',
  'warnBeforeMs',
  'fullAuthority',
  'watchIntervalMs',
  'clock',
]
const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
/** What a token without an end is taken to live: too long for a browser, unless somebody says otherwise. */
const ENDLESS_MS = 100 * 365 * DAY_MS

/**
 * Hands out one token that came from a vendor's console or from a colleague, until it ends, and warns before
 * that. It cannot be shortened, so browsers get it only as `maxLifetimeMs` or `allowOutliving` of the audience
 * say; delivery by proxy needs neither.
 *
 * @throws {BrokerConfigError} at start-up, naming every field to mend and no value.
 *
 * @example
 * ```ts
 * wallet: { minter: staticToken({ token: { file: './token' } }), delivery: 'proxy', allow: [allow('GET', '/v1/*')] }
 * ```
 */
export function staticToken(options: StaticTokenOptions): Minter {
  const clock = completeClock(options.clock ?? idleClock)
  const { name = 'static', resource, fullAuthority, token: source, warnBeforeMs = DAY_MS } = options
  const credential = createCredential({
    label: `the token of ${name}`,
    file: typeof source === 'object' && 'file' in source ? source.file : undefined,
    read: () => readOptions(options, clock.now()),
    identityOf: ({ value, expiresAt }) => JSON.stringify([value, expiresAt ?? null]),
    watchIntervalMs: options.watchIntervalMs,
  })

  return {
    name,
    shareable: true,
    // It has the life that is left of it, no more and no less.
    get limits() {
      const lifetimeMs = leftOf(credential.current(), clock.now())
      return {
        defaultLifetimeMs: lifetimeMs,
        maxLifetimeMs: lifetimeMs,
        minLifetimeMs: lifetimeMs,
      }
    },
    ...(fullAuthority !== undefined && { fullAuthority }),
    async mint({ lifetimeMs, scope, signal }) {
      signal.throwIfAborted()
      if (scope !== undefined)
        throw new MintError('invalid_target', `${name} has one token, which no scope narrows`)
      return deliver(credential.current(), { name, resource, lifetimeMs, now: clock.now() })
    },
    credentialVersion: credential.credentialVersion,
    reload: credential.reload,
    watch(notify) {
      const expiry = watchExpiry({ name, warnBeforeMs, clock, notify })
      expiry.lookAt(credential.current().expiresAt)
      const stop = credential.watch((notice) => {
        notify(notice)
        if (notice.kind === 'reloaded') expiry.lookAt(credential.current().expiresAt)
      })
      return () => {
        expiry.stop()
        stop()
      }
    },
  }
}

/** Rounded up to minutes: what is left changes all the time, and what is cached by it should not. */
function leftOf({ expiresAt }: StaticToken, now: number): number {
  if (expiresAt === undefined) return ENDLESS_MS
  return Math.max(1, Math.ceil((expiresAt - now) / MINUTE_MS)) * MINUTE_MS
}

interface Delivery {
  name: string
  resource: string | undefined
  lifetimeMs: number
  now: number
}

function deliver(
  { value, expiresAt }: StaticToken,
  { name, resource, lifetimeMs, now }: Delivery,
): MintedToken {
  if (expiresAt !== undefined && expiresAt <= now)
    throw new MintError(
      'upstream_auth',
      `the token of ${name} has ended; put a new one in its place`,
    )
  const endsAt = expiresAt ?? now + lifetimeMs
  // It cannot be made to end sooner, and what lives longer than it says is no answer.
  if (endsAt > now + lifetimeMs)
    throw new MintError(
      'invalid_target',
      `the token of ${name} lives longer than was granted; deliver by proxy, or set allowOutliving: true`,
    )
  return { value, expiresAt: endsAt, ...(resource !== undefined && { resource }) }
}

/** @throws {BrokerConfigError} naming all faults at once. */
function readOptions(options: StaticTokenOptions, now: number): StaticToken {
  const { resource, warnBeforeMs = 0 } = options
  const faults: ConfigFault[] = unknownOptionFaults(options, OPTIONS, 'staticToken')
  if (resource !== undefined && !readResource(resource))
    faults.push({
      field: 'resource',
      fault: 'is not a base URL: http(s), without user name, query or fragment',
    })
  if (!(warnBeforeMs >= 0))
    faults.push({ field: 'warnBeforeMs', fault: 'is not a number of milliseconds' })
  const token = readStaticToken(options, { now, report: (fault) => void faults.push(fault) })
  if (!token || faults.length > 0)
    throw new BrokerConfigError(faults, `The token of ${options.name ?? 'static'}`)
  return token
}
