/** Reads the options of a walt.id minter, with every fault of them named at once. */
import {
  BrokerConfigError,
  type ConfigFault,
  readConfigFile,
  unknownOptionFaults,
} from '@valetkey/broker/credential'
import type { AdminCredential } from './administrator.ts'
import { parseDuration } from './duration.ts'
import { isFields } from '../fields.ts'
import { OPTION_NAMES, type WaltidMinterOptions, type WaltidViewOptions } from './minter-options.ts'

/** Where a call goes; `{org}`, `{key}`, `{role}` are still to be filled in. */
export interface CallTemplate {
  method: string
  path: string
}

export interface Settings {
  /** Without a slash at the end. */
  baseUrl: string
  organization: string
  credential: AdminCredential
  roleIds: readonly string[]
  lifetimeMs: number
  name: string
  keyIdPrefix: string
  create: CallTemplate
  assign: CallTemplate
  view: (CallTemplate & { expirationField: string }) | undefined
  delete: CallTemplate | undefined
}

type Report = (field: string, fault: string, mend?: string) => undefined

const LOOPBACK = /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/
const ID = /^[\w-]{1,128}$/
const PREFIX = /^[a-z0-9][a-z0-9-]{0,39}$/
const TOKEN = /^[\x21-\x7e]{8,16384}$/
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
const KEYS_API = '/v1/{org}.{key}/apikeys-api/api-keys'
const CREATE: CallTemplate = { method: 'POST', path: `${KEYS_API}/create` }
const ASSIGN: CallTemplate = {
  method: 'POST',
  path: '/v1/{org}.{role}/roles-api/roles/apikey/assign',
}
const LOGIN_PATH = '/auth/account/emailpass'
/** The furthest that a date can lie ahead is 8.64e15 ms; this is 10,000 years. */
const MAX_LIFETIME_MS = 315_576_000_000_000

/** @throws {BrokerConfigError} naming every field to mend and no value of a secret. */
export function readSettings(options: WaltidMinterOptions): Settings {
  const faults: ConfigFault[] = []
  const report: Report = (field, fault, mend) =>
    void faults.push({ field, fault, ...(mend !== undefined && { mend }) })
  const settings = {
    baseUrl: readUrl('orgBaseUrl', options.orgBaseUrl, report),
    organization: readId('organization', options.organization, report),
    credential: readCredential(options, report),
    roleIds: readRoles(options.roleId, report),
    lifetimeMs: readLifetime(options.lifetime, report),
    name: readName(options.name ?? 'Valet Key', report),
    keyIdPrefix: readPrefix(options.keyIdPrefix ?? 'vk', report),
    create: readTemplate('createPath', [CREATE, { path: options.createPath }], report),
    assign: readTemplate('assignPath', [ASSIGN, { path: options.assignPath }], report),
    view: readView(options.view, report),
    delete: readOptionalCall('delete', options.delete, report),
  }
  faults.push(...unknownOptionFaults(options, OPTION_NAMES, 'waltid'))
  if (options.perSubject !== undefined && typeof options.perSubject !== 'boolean')
    report('perSubject', 'must be true or false')
  if (faults.length === 0 && isWhole(settings)) return settings
  throw new BrokerConfigError(faults, 'The walt.id minter')
}

/** Nothing is missing where no fault was reported; this tells the compiler. */
function isWhole(
  settings: { [K in keyof Settings]: Settings[K] | undefined },
): settings is Settings {
  const { view: _, delete: __, ...needed } = settings
  return Object.values(needed).every((value) => value !== undefined)
}

function readUrl(field: string, value: unknown, report: Report): string | undefined {
  const mend = 'give https://{organization}.{your walt.id}, or a host alias'
  if (value === undefined) return report(field, 'is missing', mend)
  const url = typeof value === 'string' ? URL.parse(value) : null
  if (url === null) return report(field, 'is not an absolute URL', mend)
  if (url.username || url.password)
    return report(field, 'holds a user name or password', 'remove it')
  if (url.search || url.hash) return report(field, 'holds a query or fragment', 'remove it')
  const isLocal = url.protocol === 'http:' && LOOPBACK.test(url.hostname)
  if (url.protocol === 'https:' || isLocal) return url.href.replace(/\/+$/, '')
  return report(field, 'must begin with https://, or http:// on this machine (localhost)')
}

function readId(field: string, value: unknown, report: Report): string | undefined {
  if (typeof value === 'string' && ID.test(value)) return value
  return report(
    field,
    value === undefined ? 'is missing' : 'must be of letters, digits, _ and -',
    'give the id alone, without dots',
  )
}

function readCredential(options: WaltidMinterOptions, report: Report): AdminCredential | undefined {
  const { token, login, orgBaseUrl } = options
  if ((token === undefined) === (login === undefined))
    return report(
      token === undefined ? 'token' : 'login',
      token === undefined ? 'is missing' : 'stands beside token',
      "give one of both: an administrator's API key as token, or login: { email, password }",
    )
  if (token !== undefined) {
    const text = readSecret('token', token, report)
    if (text === undefined || TOKEN.test(text)) return text === undefined ? text : { token: text }
    return report('token', 'is no token', 'give the text that walt.id answered, alone')
  }
  if (!isFields(login) || typeof login.email !== 'string' || login.email === '')
    return report('login', 'must be { email, password }')
  const { email, url } = login
  const password = readSecret('login.password', login.password, report)
  const base = readUrl('login.url', url ?? orgBaseUrl, url === undefined ? () => undefined : report)
  if (password === undefined || base === undefined) return undefined
  return { email, password, url: url === undefined ? base + LOGIN_PATH : base }
}

function readSecret(field: string, source: unknown, report: Report): string | undefined {
  const file = isFields(source) ? source.file : undefined
  const isFile = typeof file === 'string' || file instanceof URL
  const read = isFile ? readConfigFile(file) : { value: source }
  if ('fault' in read) return report(field, read.fault)
  if (typeof read.value === 'string' && read.value.trim() !== '') return read.value.trim()
  return report(field, 'must be a text, or { file } with the path of it')
}

function readRoles(value: unknown, report: Report): readonly string[] | undefined {
  const list: unknown[] = Array.isArray(value) ? value : [value]
  const ids = list.filter((id) => typeof id === 'string' && ID.test(id))
  if (list.length > 0 && ids.length === list.length) return [...new Set(ids.map(String))]
  return report(
    'roleId',
    value === undefined ? 'is missing' : 'must be the id of a role, or a list of ids',
    'without a role a key can do nothing; give its id without the organization before it',
  )
}

function readLifetime(value: unknown, report: Report): number | undefined {
  const mend = "give seconds, or walt.id's syntax: 15m, 1d 12h, PT15M"
  if (value === undefined)
    return report('lifetime', 'is missing, and a key without an end lives for ever', mend)
  const ms =
    typeof value === 'number'
      ? value * 1000
      : typeof value === 'string'
        ? parseDuration(value)
        : undefined
  if (ms === undefined || Number.isNaN(ms)) return report('lifetime', 'is not a duration', mend)
  const wholeMs = Math.floor(ms / 1000) * 1000
  if (wholeMs >= 1000 && wholeMs <= MAX_LIFETIME_MS) return wholeMs
  return report('lifetime', 'must be from one second to 10,000 years', mend)
}

function readName(value: unknown, report: Report): string | undefined {
  if (typeof value === 'string' && /\S/.test(value) && value.length <= 200) return value
  return report('name', 'must be a text of up to 200 characters')
}

function readPrefix(value: unknown, report: Report): string | undefined {
  if (typeof value === 'string' && PREFIX.test(value)) return value
  return report(
    'keyIdPrefix',
    'must be of a to z, 0 to 9 and -, up to 40',
    'a dot would change the path',
  )
}

function readView(value: unknown, report: Report): Settings['view'] {
  const given: WaltidViewOptions = isFields(value) ? value : {}
  const { expirationField = 'expiration' } = given
  if (typeof expirationField !== 'string' || expirationField === '')
    return report('view.expirationField', 'must be the name of a field')
  const call = readOptionalCall('view', value, report)
  return call && { ...call, expirationField }
}

function readOptionalCall(
  field: 'view' | 'delete',
  value: unknown,
  report: Report,
): CallTemplate | undefined {
  if (value === undefined || value === false) return undefined
  if (value !== true && !isFields(value))
    return report(field, 'must be true, false or { method, path }')
  const own = { path: `${KEYS_API}/${field}`, method: field === 'view' ? 'GET' : 'DELETE' }
  return readTemplate(field, [own, value === true ? {} : value], report)
}

function readTemplate(
  field: string,
  [own, given]: [own: CallTemplate, given: { method?: unknown; path?: unknown }],
  report: Report,
): CallTemplate | undefined {
  const { path = own.path, method = own.method } = given
  if (typeof method !== 'string' || !METHODS.includes(method))
    return report(`${field}.method`, `must be one of ${METHODS.join(', ')}`)
  const needed = own.path.includes('{role}') ? '{role}' : '{key}'
  if (typeof path === 'string' && /^\/[^?#\s]*$/.test(path) && path.includes(needed))
    return { method, path }
  return report(field, `must be a path that begins with / and holds ${needed}`)
}
