/** Skyflow's management API, for servers: service accounts with API keys, the life of their keys. */
import { isFields, type Report } from '../minter/fields.ts'
import type { SkyflowCredentials } from '../minter/credentials.ts'
import { SkyflowConfigError, type SkyflowFault } from '../minter/skyflow-config-error.ts'
import { createManagementBearer, parseManageUrl } from './management-bearer.ts'
import { callManagement, type ManagementAccess, type ManagementCall } from './management-call.ts'
import { type ManagementPaths, pathsOf } from './management-paths.ts'

export type { ManagementPaths } from './management-paths.ts'
export {
  SkyflowManagementError,
  type SkyflowManagementErrorCode,
  type SkyflowManagementErrorFacts,
} from './skyflow-management-error.ts'

export interface SkyflowManagementOptions {
  /** ID of your Skyflow account (not of a service account), as Studio shows it. */
  accountId: string
  /** Path or content of the `credentials.json` of a service account that may manage others. */
  credentials?: string | URL | SkyflowCredentials
  /** Stands in for `credentials`: gives a bearer of a user or an account that may manage service accounts. */
  bearer?: () => string | Promise<string>
  /** @default where the credentials' tokenURI is, else `https://manage.skyflowapis.com` */
  manageUrl?: string
  /** Hosts besides Skyflow's own that may receive bearers and assertions, as `host` or `host:port`. @default [] */
  hosts?: readonly string[]
  /** How long one call may take, its bearer included, in milliseconds. @default 10000 */
  deadlineMs?: number
  /** Where Skyflow's addresses are others than we know of; not all of them are in its public documents. */
  paths?: Partial<ManagementPaths>
  clock?: { now(): number }
  fetch?: typeof fetch
}

export interface NewApiKeyAccount {
  /** Of the service account. */
  name: string
  displayName?: string
  description?: string
  /** The vault it belongs to. Roles are assigned in Studio. */
  vaultId?: string
  /** Detokenizes signed data tokens alone. @default false */
  enforceSignedDataTokens?: boolean
}

/** A key that was just made. Skyflow tells its text this once. It prints without it. */
export interface SkyflowApiKey {
  readonly id: string
  /** The text, `sky-…`. Not enumerable, so that a log shows none of it. */
  readonly value: string
}

export interface SkyflowApiKeyAccount {
  readonly id: string
  readonly name: string
  readonly apiKey: SkyflowApiKey
}

export interface SkyflowManagement {
  /** Makes a service account set to API keys, with its first key. It mints no bearers, ever. */
  createApiKeyAccount(account: NewApiKeyAccount): Promise<SkyflowApiKeyAccount>
  /** With all its keys. */
  deleteServiceAccount(serviceAccountId: string): Promise<void>
  /** Those that were not deleted, without their texts. */
  apiKeys(serviceAccountId: string): Promise<readonly { id: string; isActive: boolean }[]>
  /** One more key beside those that are there: for a change of keys without a pause. */
  createApiKey(serviceAccountId: string): Promise<SkyflowApiKey>
  /** Another text for the same key. The old one ends. */
  rotateApiKey(serviceAccountId: string, keyId: string): Promise<SkyflowApiKey>
  disableApiKey(serviceAccountId: string, keyId: string): Promise<void>
  enableApiKey(serviceAccountId: string, keyId: string): Promise<void>
  deleteApiKey(serviceAccountId: string, keyId: string): Promise<void>
}

const DEADLINE_MS = 10_000
const MANAGE_URL = 'https://manage.skyflowapis.com'
const ID = /^[\w-]{1,128}$/

/**
 * Manages service accounts that are set to API keys. Every method rejects with a `SkyflowManagementError`; a change is
 * sent once.
 *
 * @throws {SkyflowConfigError} at once, naming every option to mend and no value.
 */
export function createSkyflowManagement(options: SkyflowManagementOptions): SkyflowManagement {
  const access = accessOf(options)
  const paths = pathsOf(options.paths)
  const call = <T>(wanted: ManagementCall<T>): Promise<T> => callManagement(access, wanted)
  const setStatus = (path: string, status: 'ACTIVE' | 'INACTIVE'): Promise<void> =>
    call({ method: 'PATCH', path, body: { status }, read: readAny }).then(nothing)

  return {
    createApiKeyAccount: (wanted) =>
      call({ method: 'POST', path: paths.accounts, body: creationOf(wanted), read: readAccount }),
    async deleteServiceAccount(id) {
      await call({ method: 'DELETE', path: paths.account(id), read: readAny })
    },
    apiKeys: async (id) => call({ method: 'GET', path: paths.keys(id), read: readKeys }),
    createApiKey: async (id) =>
      call({ method: 'POST', path: paths.keys(id), body: {}, read: readKey }),
    rotateApiKey: async (id, keyId) =>
      call({ method: 'POST', path: paths.rotation(id, keyId), body: {}, read: readKey }),
    disableApiKey: async (id, keyId) => setStatus(paths.key(id, keyId), 'INACTIVE'),
    enableApiKey: async (id, keyId) => setStatus(paths.key(id, keyId), 'ACTIVE'),
    async deleteApiKey(id, keyId) {
      await call({ method: 'DELETE', path: paths.key(id, keyId), read: readAny })
    },
  }
}

function nothing(): void {}

function readAny(content: unknown): true | undefined {
  return isFields(content) || undefined
}

/** @throws {SkyflowConfigError} naming all faults at once. */
function accessOf(options: SkyflowManagementOptions): ManagementAccess {
  const { accountId, credentials, bearer, hosts = [], deadlineMs = DEADLINE_MS } = options
  const { clock = { now: () => Date.now() } } = options
  const { fetch: send = (input, init) => globalThis.fetch(input, init) } = options
  const faults: SkyflowFault[] = []
  const report: Report = (field, fault) => void faults.push({ field, fault })
  if (typeof accountId !== 'string' || !ID.test(accountId))
    report('accountId', 'must be the ID of your Skyflow account, as Studio shows it')
  if ((credentials === undefined) === (bearer === undefined))
    report('credentials', 'must stand alone, or bearer must; give one of the two')
  if (!(deadlineMs > 0 && deadlineMs < 2 ** 31))
    report('deadlineMs', 'must be a positive number of milliseconds')
  const own =
    credentials === undefined
      ? undefined
      : createManagementBearer({ credentials, hosts, clock, fetch: send })
  const manageUrl = parseManageUrl(options.manageUrl ?? own?.origin ?? MANAGE_URL, hosts, report)
  if (manageUrl === undefined || faults.length > 0)
    throw new SkyflowConfigError('management', faults)
  const given = async (): Promise<string> => (bearer ? bearer() : '')
  return { manageUrl, accountId, bearer: own?.bearer ?? given, deadlineMs, fetch: send }
}

function creationOf({
  name,
  displayName = name,
  description,
  vaultId,
  enforceSignedDataTokens,
}: NewApiKeyAccount): object {
  return {
    apiKeyEnabled: true,
    serviceAccount: { name, displayName, ...(description !== undefined && { description }) },
    ...(enforceSignedDataTokens !== undefined && {
      clientConfiguration: { enforceSignedDataTokens },
    }),
    ...(vaultId !== undefined && { resource: { ID: vaultId, type: 'VAULT' } }),
  }
}

function readAccount(content: unknown): SkyflowApiKeyAccount | undefined {
  const apiKey = readKey(content)
  if (!apiKey || !isFields(content) || typeof content.clientID !== 'string') return undefined
  const { clientID: id, clientName: name } = content
  return { id, name: typeof name === 'string' ? name : id, apiKey }
}

function readKey(content: unknown): SkyflowApiKey | undefined {
  const { apiKeyID: id, apiKey: value } = isFields(content) ? content : {}
  if (typeof id !== 'string' || typeof value !== 'string' || !value.startsWith('sky-'))
    return undefined
  return Object.freeze(Object.defineProperty({ id, value }, 'value', { enumerable: false }))
}

function readKeys(content: unknown): { id: string; isActive: boolean }[] | undefined {
  const list = isFields(content) ? content.apiKeys : undefined
  if (!Array.isArray(list)) return undefined
  return list
    .filter(isFields)
    .map(({ apiKeyID, status }) => ({ id: String(apiKeyID), isActive: status !== 'INACTIVE' }))
}
