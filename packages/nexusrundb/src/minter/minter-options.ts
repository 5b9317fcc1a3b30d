/** The options of the minter, read with every fault named at once. */
import {
  BrokerConfigError,
  type ConfigFault,
  readConfigFile,
  unknownOptionFaults,
} from '@valetkey/broker/credential'
import { checkAccessKeys, type ForAccessKey } from './access-keys.ts'
import { readDatabase } from './addresses.ts'
import { isFields, type Report } from './fields.ts'
import { type ExtractToken, tokenAt, usualToken } from './token-answer.ts'
import { readTokenEndpoint, type TokenEndpoint } from './token-endpoint.ts'

export interface NexusRunDbMinterOptions {
  /** The database's address, `https://{serverId}.nexusrun.com/databases/{databaseId}`; or give the two. */
  baseUrl?: string
  /** The short name of the database's location, as the portal shows it. */
  serverId?: string
  databaseId?: string
  /** Who authenticates (Basic). Best one per role, with no more rights than that role needs. */
  accessKey: string
  /** Its secret, or `{ file }` with the path of it. A file is read again whenever it changes. */
  accessSecret: string | { readonly file: string | URL }
  /** The credentials are the Master key's. @default false */
  masterKey?: boolean
  /** Whose rights the tokens get. Another than `accessKey` needs the Master key. @default accessKey */
  forAccessKey?: ForAccessKey
  /**
   * Mints tokens of the Master key itself. Even then they reach browsers only if the audience, too, says
   * `allowFullAuthority: true`. @default false
   */
  allowFullAuthority?: boolean
  /** How long a token lives, in milliseconds, unless the broker's rules ask for less. @default 600000 */
  lifetimeMs?: number
  /** The most that rules may ask for, in milliseconds: no token can be taken back. @default 3600000 */
  maxLifetimeMs?: number
  /** Assumed. @default 'POST' */
  tokenMethod?: 'POST' | 'GET' | 'PUT'
  /**
   * Assumed: below the database, or with a slash at its beginning from the host on; `{accessKey}` and
   * `{databaseId}` are filled in. @default 'accesskeys/{accessKey}/token'
   */
  tokenPath?: string
  /** Assumed: the query parameter that takes the lifetime, in milliseconds. @default 'expiry' */
  expiryParam?: string
  /** The member of the answer that holds the token, for example `data.jwt`. @default the first usual one */
  tokenField?: string
  /** Takes the token out of any other answer. */
  extractToken?: ExtractToken
  /** Hosts besides NexusRunDB's own that may receive the credentials, as `host` or `host:port`. @default [] */
  hosts?: readonly string[]
  /** This server's time, in milliseconds since the epoch. @default the system's */
  clock?: { now(): number }
  fetch?: typeof fetch
  /** How often the file is looked at, in milliseconds. @default 5000 */
  watchIntervalMs?: number
}

/** What one reading of the options gives. */
export interface Settings {
  readonly baseUrl: string
  readonly accessKey: string
  readonly accessSecret: string
  readonly endpoint: TokenEndpoint
  readonly extract: ExtractToken
}

const OPTIONS: readonly (keyof NexusRunDbMinterOptions)[] = [
  'baseUrl',
  'serverId',
  'databaseId',
  'accessKey',
  'accessSecret',
  'masterKey',
  'forAccessKey',
  'allowFullAuthority',
  'lifetimeMs',
  'maxLifetimeMs',
  'tokenMethod',
  'tokenPath',
  'expiryParam',
  'tokenField',
  'extractToken',
  'hosts',
  'clock',
  'fetch',
  'watchIntervalMs',
]

/** Short, since no token can be taken back. */
export const LIFETIME_MS = 600_000
export const MAX_LIFETIME_MS = 3_600_000
const LEAST_LIFETIME_MS = 1_000
const TEN_YEARS_MS = 315_576_000_000
const SECRET = /^[\x20-\x7e]{1,1024}$/

/** @throws {BrokerConfigError} naming all faults at once. */
export function readSettings(options: NexusRunDbMinterOptions): Settings {
  const faults: ConfigFault[] = unknownOptionFaults(options, OPTIONS, 'nexusrundb')
  const report: Report = (field, fault, mend) =>
    void faults.push({ field, fault, ...(mend !== undefined && { mend }) })
  const database = readDatabase(options, report)
  checkAccessKeys(options, report)
  checkLifetimes(options, report)
  const accessSecret = readSecret(options.accessSecret, report)
  // With another address the same faults would be found.
  const place = database ?? { baseUrl: 'https://localhost', databaseId: 'none' }
  const endpoint = readTokenEndpoint(options, place, report)
  const extract = readExtract(options, report)
  if (!database || accessSecret === undefined || !endpoint || !extract || faults.length > 0)
    throw new BrokerConfigError(faults, 'The NexusRunDB minter')
  return {
    baseUrl: database.baseUrl,
    accessKey: options.accessKey,
    accessSecret,
    endpoint,
    extract,
  }
}

/** The secret's file, where it is in one. */
export function fileOf(secret: unknown): string | URL | undefined {
  const file = isFields(secret) ? secret.file : undefined
  return typeof file === 'string' || file instanceof URL ? file : undefined
}

function readSecret(source: unknown, report: Report): string | undefined {
  const file = fileOf(source)
  const read = file === undefined ? { value: source } : readConfigFile(file)
  const field = file === undefined ? 'accessSecret' : `accessSecret (${String(file)})`
  if ('fault' in read) return report(field, read.fault)
  const secret = typeof read.value === 'string' ? read.value.trim() : undefined
  if (secret !== undefined && SECRET.test(secret)) return secret
  return report(field, 'is not a secret', 'give it as text, or { file } with the path of it alone')
}

function checkLifetimes(options: NexusRunDbMinterOptions, report: Report): void {
  const { lifetimeMs = LIFETIME_MS, maxLifetimeMs = MAX_LIFETIME_MS } = options
  for (const [name, value] of Object.entries({ lifetimeMs, maxLifetimeMs }))
    if (!(value >= LEAST_LIFETIME_MS && value <= TEN_YEARS_MS))
      report(name, `must be a number of milliseconds from ${LEAST_LIFETIME_MS}`)
  if (lifetimeMs > maxLifetimeMs)
    report('lifetimeMs', 'is above maxLifetimeMs', 'raise that, if tokens shall live so long')
}

function readExtract(
  { tokenField, extractToken }: NexusRunDbMinterOptions,
  report: Report,
): ExtractToken | undefined {
  if (tokenField !== undefined && extractToken !== undefined)
    return report('tokenField', 'stands beside extractToken', 'remove one of the two')
  if (extractToken !== undefined)
    return typeof extractToken === 'function'
      ? extractToken
      : report('extractToken', 'must be a function of the answer')
  if (tokenField === undefined) return usualToken
  return typeof tokenField === 'string' && /^[\w-]+(\.[\w-]+)*$/.test(tokenField)
    ? tokenAt(tokenField)
    : report('tokenField', 'is not the name of a member, such as token or data.jwt')
}
