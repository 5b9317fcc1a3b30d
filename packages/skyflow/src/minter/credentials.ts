/** Reads Skyflow's `credentials.json` and says all that is wrong with it at once. */
import { type AllowedHosts, parseTokenUri } from './addresses.ts'
import { type Fields, isFields, type Report } from './fields.ts'
import { parsePrivateKey } from './private-key.ts'
import { SkyflowConfigError } from './skyflow-config-error.ts'

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

/** The content of the credentials. @throws {SkyflowConfigError} if there is none to be read. */
export function readCredentials(credentials: unknown): unknown {
  if (typeof credentials !== 'string' && !(credentials instanceof URL)) return credentials
  const source = sourceOf(credentials)
  const isText = typeof credentials === 'string' && isJson(credentials)
  const text = isText ? credentials : readText(credentials, source)
  try {
    return JSON.parse(text)
  } catch (error) {
    // The parser quotes the text around the fault, which may be the key.
    const [place = 'no place named'] = /line \d+ column \d+/.exec(String(error)) ?? []
    throw refusal(source, `is not JSON (${place}); check quotes, commas and brackets`)
  }
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
      'are of an account set to API keys, which mints no bearer tokens; create a service account whose authentication is JWT bearer tokens',
    )
  const clientId = parseText(content, 'clientID', report)
  const keyId = parseText(content, 'keyID', report)
  const tokenUri = parseTokenUri(fieldOf(content, 'tokenURI'), hosts, report)
  const privateKey = parseKey(fieldOf(content, 'privateKey'), report)
  if (!clientId || !keyId || !tokenUri || !privateKey) return undefined
  return { clientId, keyId, tokenUri, privateKey }
}

function isJson(text: string): boolean {
  return text.trimStart().startsWith('{')
}

function readText(path: string | URL, source: string): string {
  // Looked up and not imported: where there are no files, the content is given instead.
  const fs = globalThis.process?.getBuiltinModule?.('node:fs')
  if (!fs) throw refusal(source, 'cannot be read here; give the content of the file')
  try {
    return fs.readFileSync(path, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown cause'
    throw refusal(source, `cannot be read (${code}); check its path and permissions`)
  }
}

function refusal(source: string, fault: string): SkyflowConfigError {
  return new SkyflowConfigError(source, [{ field: 'the file', fault }])
}

function fieldOf(content: Fields, name: Name): unknown {
  const spelling = SPELLINGS[name].find((key) => content[key] !== undefined)
  return spelling === undefined ? undefined : content[spelling]
}

function parseText(content: Fields, name: Name, report: Report): string | undefined {
  const value = fieldOf(content, name)
  if (value === undefined) return report(name, 'is missing; give credentials.json unchanged')
  if (typeof value === 'string' && /^[\x21-\x7e]{1,256}$/.test(value)) return value
  return report(name, 'must be a text without spaces, as in credentials.json')
}

function parseKey(value: unknown, report: Report): Uint8Array<ArrayBuffer> | undefined {
  if (value === undefined)
    return report('privateKey', 'is missing; give credentials.json unchanged')
  const key = parsePrivateKey(value)
  return 'fault' in key ? report('privateKey', key.fault) : key
}
