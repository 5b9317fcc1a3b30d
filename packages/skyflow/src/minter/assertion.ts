/** Signs the assertion that Skyflow swaps for a bearer token (RFC 7523), by Web Crypto alone. */
import type { SkyflowContext } from './context.ts'
import type { ServiceAccount } from './credentials.ts'

/** What one assertion says beside who signs it. */
export interface AssertionFacts {
  context: SkyflowContext | undefined
  /** Epoch milliseconds. */
  now: number
  lifetimeMs: number
}

/** Signs assertions of one account. The key is imported once, at the first use. */
export type SignAssertion = (facts: AssertionFacts) => Promise<string>

const RS256 = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
const HEADER = base64urlOf(utf8({ alg: 'RS256', typ: 'JWT' }))
const MAX_SECONDS = 3_600

export function createSigner(account: ServiceAccount, audience: string): SignAssertion {
  let key: Promise<CryptoKey> | undefined
  return async (facts) => {
    key ??= crypto.subtle.importKey('pkcs8', account.privateKey, RS256, false, ['sign'])
    const input = `${HEADER}.${base64urlOf(utf8(claimsOf(account, audience, facts)))}`
    const signature = await crypto.subtle.sign(
      RS256.name,
      await key,
      new TextEncoder().encode(input),
    )
    return `${input}.${base64urlOf(new Uint8Array(signature))}`
  }
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
