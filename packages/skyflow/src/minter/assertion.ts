/** Signs the assertion that Skyflow swaps for a bearer token (RFC 7523), by Web Crypto alone. */
import { MintError } from '@valetkey/broker'
import type { SkyflowContext } from './context.ts'
import type { ServiceAccount } from './credentials.ts'

/** What one assertion says beside who signs it. */
export interface AssertionFacts {
  context: SkyflowContext | undefined
  /** Epoch milliseconds. */
  now: number
  lifetimeMs: number
}

/** Signs assertions of one account. */
export type SignAssertion = (facts: AssertionFacts) => Promise<string>

const RS256 = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
const HEADER = base64urlOf(utf8({ alg: 'RS256', typ: 'JWT' }))
const MAX_SECONDS = 3_600

/** Signs any claims with the account's key. */
export type SignClaims = (claims: Readonly<Record<string, unknown>>) => Promise<string>

/** The key is imported once, at the first use. @throws {MintError} if the key cannot sign. */
export function createSigner({ privateKey }: Pick<ServiceAccount, 'privateKey'>): SignClaims {
  let key: Promise<CryptoKey> | undefined
  return async (claims) => {
    const input = `${HEADER}.${base64urlOf(utf8(claims))}`
    try {
      key ??= crypto.subtle.importKey('pkcs8', privateKey, RS256, false, ['sign'])
      const bytes = new TextEncoder().encode(input)
      const signature = await crypto.subtle.sign(RS256.name, await key, bytes)
      return `${input}.${base64urlOf(new Uint8Array(signature))}`
    } catch {
      // The platform's own words are not kept: some quote the input.
      throw new MintError(
        'upstream_auth',
        'the private key of the Skyflow credentials cannot sign; download credentials.json anew',
      )
    }
  }
}

export function createAssertions(
  account: ServiceAccount,
  audience: string,
  sign: SignClaims,
): SignAssertion {
  return (facts) => sign(claimsOf(account, audience, facts))
}

function claimsOf(
  { clientId, keyId }: ServiceAccount,
  aud: string,
  { context, now, lifetimeMs }: AssertionFacts,
): Readonly<Record<string, unknown>> {
  const iat = Math.floor(now / 1000)
  // Rounded up, so that the shortest one does not end on its way; capped as Skyflow's own clients have it.
  const exp = Math.min(Math.ceil((now + lifetimeMs) / 1000), iat + MAX_SECONDS)
  return {
    iss: clientId,
    sub: clientId,
    key: keyId,
    aud,
    iat,
    exp,
    ...(context !== undefined && { ctx: context }),
  }
}

function utf8(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value))
}

function base64urlOf(bytes: Uint8Array): string {
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}
