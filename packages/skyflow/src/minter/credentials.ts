/** Reads Skyflow's `credentials.json` and says all that is wrong with it at once. */
import { didYouMean, parseConfigJson, readConfigFile } from '@valetkey/broker/credential'
import { type AllowedHosts, parseTokenUri } from './addresses.ts'
import { type Fields, isFields, type Report } from './fields.ts'
import { parsePrivateKey } from './private-key.ts'

/**
 * The file that Skyflow gives out with a service account. Its other fields are ignored; `clientId`,
 * `keyId`, `tokenUri` and the spellings with underscores are understood too.
 */
export interface SkyflowCredentials {
  clientID: string
  keyID: string
  tokenURI: string
  /** PKCS#8 PEM. */
  privateKey: string
  clientName?: string
  keyAlgorithm?: string
}

/** Who signs, with what, for which endpoint. */
export interface ServiceAccount {
  clientId: string
  keyId: string
  tokenUri: string
  /** DER of the PKCS#8 key. */
  privateKey: Uint8Array<ArrayBuffer>
}

type Name = 'clientID' | 'keyID' | 'tokenURI' | 'privateKey'

const SPELLINGS: Readonly<Record<Name, readonly string[]>> = {
  clientID: ['clientID', 'clientId', 'client_id'],
  keyID: ['keyID', 'keyId', 'key_id'],
  tokenURI: ['tokenURI', 'tokenUri', 'token_uri'],
  privateKey: ['privateKey', 'private_key'],
}

/** What the credentials are called in messages: their path, never their content. */
export function sourceOf(credentials: unknown): string {
  if (credentials instanceof URL) return credentials.href
  return typeof credentials === 'string' && !isJson(credentials) ? credentials : 'credentials'
}

/** The file of the credentials, where they are in one. */
export function fileOf(credentials: unknown): string | URL | undefined {
  if (credentials instanceof URL) return credentials
  return typeof credentials === 'string' && !isJson(credentials) ? credentials : undefined
}

/** The content of the credentials, or `undefined` with the fault reported. */
export function readCredentials(credentials: unknown, report: Report): unknown {
  if (typeof credentials !== 'string' && !(credentials instanceof URL)) return credentials
  const isText = typeof credentials === 'string' && isJson(credentials)
  const text = isText ? { value: credentials } : readConfigFile(credentials)
  if ('fault' in text) return report('the file', text.fault)
  const json = parseConfigJson(text.value)
  return 'fault' in json ? report(isText ? 'the text' : 'the file', json.fault) : json.value
}

/** The account, or `undefined` with every fault reported. */
export function parseCredentials(
  content: unknown,
  hosts: AllowedHosts,
  report: Report,
): ServiceAccount | undefined {
  if (!isFields(content))
    return report('credentials', 'must be the path or the content of credentials.json')
  const hasApiKey = content.apiKey !== undefined || content.apiKeyID !== undefined
  if (hasApiKey && fieldOf(content, 'privateKey') === undefined)
    return report(
      'credentials',
      'are of an account set to API keys, which mints no bearer tokens; give the key as `apiKey` (server side and proxy only), or create a service account whose authentication is JWT bearer tokens',
    )
  const clientId = parseText(content, 'clientID', report)
  const keyId = parseText(content, 'keyID', report)
  const tokenUri = parseTokenUri(fieldOf(content, 'tokenURI'), hosts, report)
  const privateKey = parseKey(content, report)
  if (!clientId || !keyId || !tokenUri || !privateKey) return undefined
  return { clientId, keyId, tokenUri, privateKey }
}

function isJson(text: string): boolean {
  return text.trimStart().startsWith('{')
}

function fieldOf(content: Fields, name: Name): unknown {
  const spelling = SPELLINGS[name].find((key) => content[key] !== undefined)
  return spelling === undefined ? undefined : content[spelling]
}

function parseText(content: Fields, name: Name, report: Report): string | undefined {
  const value = fieldOf(content, name)
  if (value === undefined) return reportMissing(content, name, report)
  if (typeof value === 'string' && /^[\x21-\x7e]{1,256}$/.test(value)) return value
  return report(name, 'must be a text without spaces, as in credentials.json')
}

function parseKey(content: Fields, report: Report): Uint8Array<ArrayBuffer> | undefined {
  const value = fieldOf(content, 'privateKey')
  if (value === undefined) return reportMissing(content, 'privateKey', report)
  const key = parsePrivateKey(value)
  return 'fault' in key ? report('privateKey', key.fault) : key
}

/** A misspelt name is shown: it is near to one of the vendor's, so it is no secret. */
function reportMissing(content: Fields, name: Name, report: Report): undefined {
  const misspelt = Object.keys(content).find(
    (key) => didYouMean(key, SPELLINGS[name]) !== undefined && !SPELLINGS[name].includes(key),
  )
  const hint = misspelt === undefined ? '' : ` (${misspelt} is there: is it meant by that?)`
  return report(name, `is missing${hint}; give credentials.json unchanged`)
}
