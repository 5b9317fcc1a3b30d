/** An emulated identity provider: the key of one whose tokens an account takes for its own. */
import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import type { TrustedProvider } from './service-account.ts'

/** What it takes to sign as the provider, and to be understood by the token exchange. */
export interface TokenExchangeAccess {
  serviceAccountId: string
  /** Where tokens are exchanged. */
  tokenUrl: string
  /** The `iss` of the user's tokens. */
  issuer: string
  /** The provider's keys (RFC 7517). */
  jwksUrl: string
  /** PKCS#8 PEM, ES256: sign users' tokens with it, for tests only. */
  privateKey: string
  /** The claims of a user's token that become the bearer's `ctx`. */
  contextClaims: readonly string[]
}

export interface IdentityProvider extends TrustedProvider {
  privateKey: string
}

export const STS_PATH = '/v1/auth/sts/token'
export const JWKS_PATH = '/_idp/jwks'

export function createIdentityProvider(url: string): IdentityProvider {
  const { publicKey, privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  return {
    issuer: `${url}/_idp`,
    publicKey: createPublicKey(publicKey),
    privateKey,
    contextClaims: ['user_id', 'role', 'department'],
  }
}

export function accessTo(
  { issuer, privateKey, contextClaims }: IdentityProvider,
  { url, serviceAccountId }: { url: string; serviceAccountId: string },
): TokenExchangeAccess {
  return {
    serviceAccountId,
    tokenUrl: url + STS_PATH,
    issuer,
    jwksUrl: url + JWKS_PATH,
    privateKey,
    contextClaims,
  }
}
