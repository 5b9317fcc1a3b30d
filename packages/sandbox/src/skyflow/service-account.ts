/** Service accounts, with the credentials file that an administrator of a real one downloads. */
import { createHash, generateKeyPair, type KeyObject, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import type { Role } from './policy.ts'

const RSA_BITS = 2048

/** The content of `credentials.json`, as the vendor's clients read it. */
export interface Credentials {
  clientID: string
  clientName: string
  keyID: string
  tokenURI: string
  /** PKCS#8 PEM, RSA 2048 bit: for tests only. */
  privateKey: string
  keyAlgorithm: 'KEY_ALG_RSA_2048'
}

/** What the management API answers of an account that is set to API keys. */
export interface ApiKeyCredentials {
  clientID: string
  clientName: string
  apiKeyID: string
  apiKey: string
}

export interface KeyPair {
  publicKey: KeyObject
  privateKey: KeyObject
}

/** What the service knows of an account. */
export interface ServiceAccount {
  clientId: string
  clientName: string
  keyId: string
  /** Undefined where nobody can sign for the account. */
  publicKey: KeyObject | undefined
  /** What a token may be scoped to; without a scope it has them all. */
  roles: readonly Role[]
  /** It has API keys and mints no bearer tokens. */
  isSetToApiKeys?: boolean
  /** `enforceContextID`: no bearer without a `ctx`. */
  needsContext?: boolean
  /** `enforceSignedDataTokens`: it detokenizes signed data tokens alone. */
  needsSignedTokens?: boolean
  /** Whose tokens it takes for its own (token exchange). */
  trust?: TrustedProvider
}

/** An identity provider, as an account's configuration of the token exchange names it. */
export interface TrustedProvider {
  issuer: string
  publicKey: KeyObject
  /** Which of the provider's claims become the bearer's `ctx`. */
  contextClaims: readonly string[]
}

/** As the vendor spells them: `sky-`, five letters or digits, 32 hex digits. */
export function createApiKeyText(bytes: Buffer = randomBytes(20)): string {
  const hex = bytes.toString('hex')
  return `sky-${hex.slice(0, 5)}-${hex.slice(5, 37)}`
}

/** Takes about a tenth of a second, off the main thread. */
export function generateRsaKeys(): Promise<KeyPair> {
  return promisify(generateKeyPair)('rsa', { modulusLength: RSA_BITS })
}

/** Makes the ids of a sandbox, 32 characters each: random, or the same for the same seed and label. */
export function createIdSource(seed: string | undefined): (label: string) => string {
  return (label) => {
    const bytes =
      seed === undefined
        ? randomBytes(16)
        : createHash('sha256').update(`${seed} skyflow ${label}`).digest()
    return `s${bytes.toString('hex').slice(0, 31)}`
  }
}

export function credentialsOf(
  { clientId, clientName, keyId }: ServiceAccount,
  { privateKey }: KeyPair,
  tokenUri: string,
): Credentials {
  return {
    clientID: clientId,
    clientName,
    keyID: keyId,
    tokenURI: tokenUri,
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    keyAlgorithm: 'KEY_ALG_RSA_2048',
  }
}
