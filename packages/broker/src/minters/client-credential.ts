/** How the broker proves to an authorization server that it is the client: a secret, or a private key. */
import { type ClientAuth, ClientSecretBasic, ClientSecretPost, PrivateKeyJwt } from 'oauth4webapi'
import { importJWK, type JWK } from 'jose'
import type { ConfigFault } from '../config-error.ts'
import { parseConfigJson, readConfigFile } from '../config-file.ts'

/** A secret itself, or the file it is in. */
export type SecretSource = string | { readonly file: string | URL }

export interface ClientCredentialOptions {
  clientId: string
  /** A file is read again whenever it changes. */
  clientSecret?: SecretSource
  /**
   * Signs assertions instead of a secret (RFC 7523): PKCS#8 PEM or JWK, RSA of 2048 bits at least, P-256, P-384
   * or Ed25519. A file is read again whenever it changes.
   */
  privateKey?: SecretSource | JWK
  /** The `kid` of the assertions. @default the one of the JWK */
  keyId?: string
  /** How the secret is sent. @default 'client_secret_basic' */
  clientAuthentication?: 'client_secret_basic' | 'client_secret_post'
}

export interface ClientKey {
  readonly clientId: string
  /** The secret or the key itself, to be hashed. */
  readonly identity: string
  readonly authentication: () => Promise<ClientAuth>
}

/** Notes one fault; the returned `undefined` is the value that could not be had. */
export type Report = (fault: ConfigFault) => undefined

const MIN_RSA_BITS = 2048
const FORMS = 'give a PKCS#8 PEM or a JWK: RSA, P-256, P-384 or Ed25519'
const ALGORITHMS: Readonly<Record<string, string>> = {
  'P-256': 'ES256',
  'P-384': 'ES384',
  Ed25519: 'EdDSA',
}

/** The file to be watched. */
export function fileOf({
  clientSecret,
  privateKey,
}: ClientCredentialOptions): string | URL | undefined {
  return [clientSecret, privateKey].map(pathIn).find((path) => path !== undefined)
}

/** The client's credential, or `undefined` with every fault reported. */
export function readClientCredential(
  options: ClientCredentialOptions,
  report: Report,
): ClientKey | undefined {
  const { clientId, clientSecret, privateKey, clientAuthentication } = options
  if (typeof clientId !== 'string' || clientId === '')
    report({ field: 'clientId', fault: 'is missing' })
  if ((clientSecret === undefined) === (privateKey === undefined))
    return report({
      field: 'clientSecret',
      fault: 'must stand alone, or privateKey must',
      mend: 'give one of the two',
    })
  if (clientSecret !== undefined) {
    const secret = textOf('clientSecret', clientSecret, report)
    const send =
      clientAuthentication === 'client_secret_post' ? ClientSecretPost : ClientSecretBasic
    return secret === undefined
      ? undefined
      : { clientId, identity: secret, authentication: async () => send(secret) }
  }
  const jwk = keyOf(privateKey, report)
  return jwk && { clientId, identity: JSON.stringify(jwk), authentication: signerOf(jwk, options) }
}

/** The key is imported once, at the first use. */
function signerOf(jwk: JWK, { keyId }: ClientCredentialOptions): () => Promise<ClientAuth> {
  let imported: Promise<ClientAuth> | undefined
  const kid = keyId ?? jwk.kid
  const load = async (): Promise<ClientAuth> => {
    const key = await importJWK(jwk, algorithmOf(jwk))
    if (key instanceof Uint8Array) throw new TypeError('a symmetric key')
    return PrivateKeyJwt(kid === undefined ? key : { key, kid })
  }
  return async () => (imported ??= load())
}

function pathIn(source: unknown): string | URL | undefined {
  if (typeof source !== 'object' || source === null || !('file' in source)) return undefined
  return typeof source.file === 'string' || source.file instanceof URL ? source.file : undefined
}

function textOf(field: string, source: unknown, report: Report): string | undefined {
  const path = pathIn(source)
  const read =
    path === undefined ? { value: typeof source === 'string' ? source : '' } : readConfigFile(path)
  const at = path === undefined ? field : `${field} (${String(path)})`
  if ('fault' in read) return report({ field: at, fault: read.fault })
  const text = read.value.trim()
  return text === '' ? report({ field: at, fault: 'is empty' }) : text
}

function keyOf(source: unknown, report: Report): JWK | undefined {
  const isJwk = typeof source === 'object' && source !== null && 'kty' in source
  const text = isJwk ? JSON.stringify(source) : textOf('privateKey', source, report)
  if (text === undefined) return undefined
  const jwk = text.startsWith('{') ? fromJson(text) : fromPem(text)
  const fault = 'fault' in jwk ? jwk.fault : faultOf(jwk)
  if (fault !== undefined) return report({ field: 'privateKey', fault: String(fault), mend: FORMS })
  return 'fault' in jwk ? undefined : jwk
}

type KeyFault = { fault: string }

function fromJson(text: string): JWK | KeyFault {
  const json = parseConfigJson(text)
  if ('fault' in json) return json
  return Object(json.value) as JWK
}

function fromPem(pem: string): JWK | KeyFault {
  const crypto = globalThis.process?.getBuiltinModule?.('node:crypto')
  if (!crypto) return { fault: 'is a PEM, which cannot be read here' }
  try {
    return crypto
      .createPrivateKey(pem.replaceAll(/\\r|\\n/g, '\n'))
      .export({ format: 'jwk' }) as JWK
  } catch {
    // OpenSSL's own words may quote the input.
    return { fault: 'is not in a form that can be read' }
  }
}

function faultOf(jwk: JWK): string | undefined {
  if (typeof jwk.d !== 'string') return 'is no private key'
  if (jwk.kty !== 'RSA')
    return algorithmOf(jwk) === undefined ? 'is on a curve that no server takes' : undefined
  const bits = bitsOf(jwk.n ?? '')
  return bits < MIN_RSA_BITS
    ? `is an RSA key of ${bits} bits, and ${MIN_RSA_BITS} are needed at least`
    : undefined
}

function algorithmOf({ kty, crv, alg }: JWK): string | undefined {
  return kty === 'RSA' ? (alg ?? 'RS256') : ALGORITHMS[crv ?? '']
}

/** Of a number in base64url. */
function bitsOf(base64url: string): number {
  const text = atob(
    base64url
      .replaceAll(/[^\w-]/g, '')
      .replaceAll('-', '+')
      .replaceAll('_', '/'),
  )
  const bytes = Array.from(text, (character) => character.charCodeAt(0))
  const first = bytes.findIndex((byte) => byte !== 0)
  return first === -1 ? 0 : (bytes.length - first) * 8 - (Math.clz32(bytes[first] ?? 0) - 24)
}
