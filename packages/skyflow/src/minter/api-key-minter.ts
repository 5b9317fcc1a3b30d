/** Hands an account's API key to the broker itself: for proxied audiences, for the app's own server, never for browsers. */
import { type Minter, MintError } from '@valetkey/broker'
import {
  createCredential,
  parseConfigJson,
  readConfigFile,
  unknownOptionFaults,
} from '@valetkey/broker/credential'
import { parseVaultUrl } from './addresses.ts'
import { isFields, type Report } from './fields.ts'
import { MAX_LIFETIME_MS } from './lifetimes.ts'
import { SkyflowConfigError, type SkyflowFault } from './skyflow-config-error.ts'

export interface SkyflowApiKeyOptions {
  /**
   * The key, or `{ file }` with the path of one that holds it: alone, or in the JSON that Skyflow answered when it
   * was made. A file is read again whenever it changes.
   */
  apiKey: string | { readonly file: string | URL }
  /** The vault's address, for example `https://<clusterId>.vault.skyflowapis.com`. */
  vaultUrl: string
  /** Hosts besides Skyflow's own that may be called with the key, as `host` or `host:port`. @default [] */
  vaultHosts?: readonly string[]
  /** This server's time, in milliseconds since the epoch. @default the system's */
  clock?: { now(): number }
  /** How often the file is looked at, in milliseconds. @default 5000 */
  watchIntervalMs?: number
}

const OPTIONS = ['apiKey', 'vaultUrl', 'vaultHosts', 'clock', 'watchIntervalMs']
const BEARER_OPTIONS = ['roles', 'context', 'signedDataTokens', 'lifetimeMs', 'minLifetimeMs']
const API_KEY = /^sky-[\x21-\x7e]{8,256}$/

/** @throws {SkyflowConfigError} at start-up, naming every field to mend and no value. */
export function createApiKeyMinter(options: SkyflowApiKeyOptions): Minter {
  const { clock = { now: () => Date.now() }, watchIntervalMs } = options
  const { current, credentialVersion, reload, watch } = createCredential({
    label: "the file of Skyflow's API key",
    file: typeof options.apiKey === 'object' ? options.apiKey.file : undefined,
    read: () => readOptions(options),
    identityOf: ({ key }) => key,
    watchIntervalMs,
  })
  return {
    name: 'skyflow',
    shareable: true,
    staysOnServer: 'an API key never ends',
    // Not how long it lives but how long it is kept before it is looked at anew.
    limits: { defaultLifetimeMs: MAX_LIFETIME_MS, maxLifetimeMs: MAX_LIFETIME_MS },
    async mint({ lifetimeMs, scope, signal }) {
      signal.throwIfAborted()
      if (scope !== undefined)
        throw new MintError(
          'invalid_target',
          'an API key has the roles of its account; no scope narrows it',
        )
      const { key, vaultUrl } = current()
      return { value: key, expiresAt: clock.now() + lifetimeMs, resource: vaultUrl }
    },
    credentialVersion,
    reload,
    watch,
  }
}

function readOptions(options: SkyflowApiKeyOptions): { key: string; vaultUrl: string } {
  const { apiKey, vaultHosts = [] } = options
  const faults: SkyflowFault[] = []
  const report: Report = (field, fault) => void faults.push({ field, fault })
  const key = readKey(apiKey, report)
  const vaultUrl = parseVaultUrl(options.vaultUrl, { tokenHosts: [], vaultHosts }, report)
  for (const field of BEARER_OPTIONS.filter((name) => Object.hasOwn(options, name)))
    report(
      field,
      'is for accounts set to JWT bearer tokens; an API key has the roles of its account',
    )
  const { ...known }: Record<string, unknown> = { ...options }
  for (const name of BEARER_OPTIONS) delete known[name]
  for (const { field, fault } of unknownOptionFaults(known, OPTIONS, 'skyflow'))
    report(field, fault)
  if (key !== undefined && vaultUrl !== undefined && faults.length === 0) return { key, vaultUrl }
  const source = typeof apiKey === 'object' ? String(apiKey.file) : 'apiKey'
  throw new SkyflowConfigError(source, faults)
}

/** The key, or `undefined` with the fault reported. */
function readKey(source: unknown, report: Report): string | undefined {
  const file = isFields(source) ? source.file : undefined
  const isFile = typeof file === 'string' || file instanceof URL
  const read = isFile ? readConfigFile(file) : { value: source }
  const field = isFile ? 'the file' : 'apiKey'
  if ('fault' in read) return report(field, read.fault)
  if (typeof read.value !== 'string')
    return report(field, 'must be the API key as a text, or { file } with the path of it')
  const key = keyIn(read.value.trim())
  if (typeof key === 'string' && API_KEY.test(key)) return key
  return report(
    field,
    key === undefined ? NO_KEY : 'is no API key of Skyflow: those begin with sky-',
  )
}

const NO_KEY =
  'holds credentials of an account set to JWT bearer tokens, which has no API key; give them as `credentials`'

/** `undefined` where it is plain that it is the other kind of credential. */
function keyIn(text: string): unknown {
  if (!text.startsWith('{')) return text.includes('PRIVATE KEY') ? undefined : text
  const json = parseConfigJson(text)
  const content = 'value' in json && isFields(json.value) ? json.value : {}
  return content.apiKey ?? (content.privateKey === undefined ? '' : undefined)
}
