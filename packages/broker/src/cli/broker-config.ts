/** Makes the options of a broker from a file, and explains everything that is wrong with it at once. */
import type { JSONWebKeySet } from 'jose'
import { grants } from '../auth/grants.ts'
import { type JwtAuthenticationOptions, jwtAuthentication } from '../auth/jwt-authentication.ts'
import { readCookie } from '../auth/session-authentication.ts'
import { checkOptions, type UncheckedOptions } from '../config.ts'
import { BrokerConfigError, type ConfigFault } from '../config-error.ts'
import { parseConfigJson } from '../config-file.ts'
import type { CacheFactory } from '../shared-cache.ts'
import type { AccessRules, Audiences, BrokerOptions, Principal } from '../types.ts'
import { unknownOptionFaults } from '../unknown-options.ts'
import { attempt, audiencesFrom, below } from './config-audiences.ts'
import { type DocumentParts, type Fields, isFields, readDocument } from './config-document.ts'

export interface ServerConfig {
  port: number
  hostname: string
  /** How long requests under way may take when the process is told to end. */
  shutdownMs: number
}

export interface BrokerConfig {
  options: BrokerOptions<Audiences, Principal>
  server: ServerConfig
}

export interface ConfigParts {
  env: DocumentParts['env']
  /** `token` needs neither a login nor grants, and shares no cache. */
  purpose: 'serve' | 'token'
}

const PASSED_ON = [
  'basePath',
  'origins',
  'timeoutMs',
  'graceMs',
  'maxCachedTokens',
  'rateLimit',
  'clientAddress',
  'upstream',
  'insecureDev',
] as const
const OPTIONS = [
  '$schema',
  'server',
  'audiences',
  'authenticate',
  'authorize',
  'redis',
  ...PASSED_ON,
]
const SERVER: ServerConfig = { port: 8080, hostname: '127.0.0.1', shutdownMs: 25_000 }

/** @throws {BrokerConfigError} naming every fault of the file, with its field and its mend; quotes no value. */
export async function loadBrokerConfig(file: string, parts: ConfigParts): Promise<BrokerConfig> {
  const faults: ConfigFault[] = []
  const report = (fault: ConfigFault): void => void faults.push(fault)
  const document = readDocument(file, { env: parts.env, report })
  // What could not be filled in is no fault a second time.
  const unfilled = new Set(faults.map(({ field }) => field))
  const reportNews = (fault: ConfigFault): void => {
    if (!unfilled.has(fault.field)) report(fault)
  }
  const config = document && (await configFrom(document, { ...parts, file, report: reportNews }))
  if (!config || faults.length > 0) throw new BrokerConfigError(faults, file)
  return config
}

interface FileParts extends ConfigParts {
  file: string
  report: (fault: ConfigFault) => void
}

async function configFrom(document: Fields, parts: FileParts): Promise<BrokerConfig> {
  const { report, purpose } = parts
  unknownOptionFaults(document, OPTIONS, 'this file').forEach(report)
  const given = Object.fromEntries(
    PASSED_ON.filter((name) => document[name] !== undefined).map((name) => [name, document[name]]),
  )
  const rules = purpose === 'token' ? NO_PAGES : rulesFrom(document, parts)
  const cache = purpose === 'token' ? undefined : await cacheFrom(document, parts)
  const options: UncheckedOptions = {
    ...given,
    ...rules,
    audiences: await audiencesFrom(document.audiences, parts),
    ...(cache && { cache }),
  }
  attempt(() => checkOptions(options), report)
  return {
    // What is not so has been reported.
    options: options as BrokerOptions<Audiences, Principal>,
    server: serverFrom(document.server, parts),
  }
}

/** Nobody asks a broker that only mints for a terminal. */
const NO_PAGES: AccessRules<Principal> = { authenticate: () => null, authorize: () => false }

/** A rule that could not be made is there all the same: it is not missing, it is at fault. */
function rulesFrom(document: Fields, parts: FileParts): Partial<AccessRules<Principal>> {
  const { authenticate, authorize } = document
  return {
    ...(authenticate !== undefined && {
      authenticate: loginFrom(authenticate, parts) ?? NO_PAGES.authenticate,
    }),
    ...(authorize !== undefined && {
      authorize: grantsFrom(authorize, parts) ?? NO_PAGES.authorize,
    }),
  }
}

function grantsFrom(
  list: unknown,
  parts: FileParts,
): AccessRules<Principal>['authorize'] | undefined {
  const report = below(parts, 'authorize')
  const isTable = isFields(list) && Object.values(list).every((rules) => Array.isArray(rules))
  if (isTable) return attempt(() => grants(list as Parameters<typeof grants>[0]), report)
  report({ field: '', fault: 'is no table of roles', mend: 'write { "role": ["audience", …] }' })
  return undefined
}

function loginFrom(
  fields: unknown,
  parts: FileParts,
): AccessRules<Principal>['authenticate'] | undefined {
  const report = below(parts, 'authenticate')
  if (!isFields(fields)) {
    report({
      field: '',
      fault: 'is no object',
      mend: 'write { "jwksUrl": …, "issuer": …, "audience": … }',
    })
    return undefined
  }
  const { cookie, loginClaim, jwks, ...rest } = fields
  const options = {
    ...rest,
    ...(jwks !== undefined && { jwks: keysFrom(jwks, report) }),
    ...(typeof cookie === 'string' && { token: (request: Request) => readCookie(request, cookie) }),
    ...(typeof loginClaim === 'string' && {
      login: (claims: Fields) => textOf(claims[loginClaim]),
    }),
  }
  return attempt(() => jwtAuthentication(options as JwtAuthenticationOptions), report)
}

/** A login without its claim is none, and the broker says so. */
function textOf(claim: unknown): string {
  return typeof claim === 'string' ? claim : ''
}

/** From a file it came as text. */
function keysFrom(jwks: unknown, report: (fault: ConfigFault) => void): JSONWebKeySet {
  if (typeof jwks !== 'string') return jwks as JSONWebKeySet
  const json = parseConfigJson(jwks)
  if ('value' in json) return json.value as JSONWebKeySet
  report({ field: 'jwks', fault: json.fault })
  return { keys: [] }
}

async function cacheFrom({ redis }: Fields, parts: FileParts): Promise<CacheFactory | undefined> {
  if (redis === undefined) return undefined
  const report = below(parts, 'redis')
  try {
    const { redisCache } = await import('../redis/index.ts')
    return attempt(() => redisCache(redis as Parameters<typeof redisCache>[0]), report)
  } catch {
    report({
      field: '',
      fault: 'needs ioredis, which is not installed',
      mend: 'npm install ioredis',
    })
    return undefined
  }
}

function serverFrom(fields: unknown = {}, parts: FileParts): ServerConfig {
  const report = below(parts, 'server')
  if (!isFields(fields)) {
    report({ field: '', fault: 'is no object' })
    return SERVER
  }
  unknownOptionFaults(fields, Object.keys(SERVER), 'server').forEach(report)
  // A variable of the environment is text.
  const port = Number(fields.port ?? SERVER.port)
  const { hostname = SERVER.hostname, shutdownMs = SERVER.shutdownMs } = fields
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    report({ field: 'port', fault: 'is not a whole number from 0 to 65535' })
  if (typeof hostname !== 'string' || hostname === '')
    report({ field: 'hostname', fault: 'is not a name or an address' })
  if (typeof shutdownMs !== 'number' || !(shutdownMs >= 0))
    report({ field: 'shutdownMs', fault: 'is not a number of milliseconds' })
  return { port, hostname: String(hostname), shutdownMs: Number(shutdownMs) }
}
