/** Reads the JSON Web Tokens that Skyflow's accounts sign. */
import { type KeyObject } from 'node:crypto'
import { compactVerify, decodeJwt, errors } from 'jose'

export type Claims = Readonly<Record<string, unknown>>

/** The claims, not checked yet; undefined if the text is no token. */
export function claimsOf(token: string): Claims | undefined {
  try {
    return decodeJwt(token)
  } catch (error) {
    if (error instanceof errors.JWTInvalid) return undefined
    throw error
  }
}

/** Whether the token is signed by the holder of the key. Nothing is where there is no key. */
export async function isSignedBy(
  token: string,
  publicKey: KeyObject | undefined,
  algorithm: 'RS256' | 'ES256' = 'RS256',
): Promise<boolean> {
  if (!publicKey) return false
  try {
    await compactVerify(token, publicKey, { algorithms: [algorithm] })
    return true
  } catch (error) {
    if (error instanceof errors.JOSEError) return false
    throw error
  }
}
