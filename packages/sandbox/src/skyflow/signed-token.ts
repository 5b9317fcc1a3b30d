/** Reads the JSON Web Tokens that Skyflow's accounts sign. */
import { type KeyObject } from 'node:crypto'
import { compactVerify, decodeJwt, errors } from 'jose'
import type { ServiceAccount } from './service-account.ts'

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

/** Whether the token is signed with RS256 by the holder of the key. */
export async function isSignedBy(token: string, publicKey: KeyObject): Promise<boolean> {
  try {
    await compactVerify(token, publicKey, { algorithms: ['RS256'] })
    return true
  } catch (error) {
    if (error instanceof errors.JOSEError) return false
    throw error
  }
}

export type Accounts = readonly ServiceAccount[]

/** The account that a token's `key` claim names. */
export function accountOf(accounts: Accounts, { key }: Claims): ServiceAccount | undefined {
  return accounts.find(({ keyId }) => keyId === key)
}
