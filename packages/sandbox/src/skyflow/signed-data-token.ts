/** Reads signed data tokens, which an account's backend makes from a data token without a call. */
import { invalidRequest } from './errors.ts'
import type { ServiceAccount } from './service-account.ts'
import { claimsOf, isSignedBy } from './signed-token.ts'

const PREFIX = 'signed_token_'
const ISSUER = 'sdk'

export interface SignedDataTokenCheck {
  /** The account whose bearer token came with the call. */
  account: ServiceAccount
  tokenUri: string
  nowMs: number
}

/** The data token inside a signed one; any other text as it is. */
export async function dataTokenOf(text: string, check: SignedDataTokenCheck): Promise<string> {
  const { account, tokenUri, nowMs } = check
  if (!text.startsWith(PREFIX)) {
    if (!account.needsSignedTokens) return text
    throw invalidRequest('The service account takes signed data tokens alone.')
  }
  const token = text.slice(PREFIX.length)
  const claims = claimsOf(token)
  if (!claims || !(await isSignedBy(token, account.publicKey)))
    throw invalidRequest('Signed data token is invalid.')
  const { iss, key, sub, aud = tokenUri, exp, tok } = claims
  const isOfAccount = iss === ISSUER && key === account.keyId && sub === account.clientId
  if (!isOfAccount || aud !== tokenUri || typeof tok !== 'string')
    throw invalidRequest('Signed data token is invalid.')
  if (typeof exp !== 'number' || exp * 1000 <= nowMs)
    throw invalidRequest('Signed data token is expired.')
  return tok
}
