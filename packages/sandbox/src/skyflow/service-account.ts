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

export interface KeyPair {
  publicKey: KeyObject
  privateKey: KeyObject
}

/** What the service knows of an account. */
export interface ServiceAccount {
  clientId: string
  clientName: string
  keyId: string
  publicKey: KeyObject
  /** What a token may be scoped to; without a scope it has them all. */
  roles: readonly Role[]
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
