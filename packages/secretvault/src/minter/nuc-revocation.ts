/** Takes a NUC back at the node it is for. */
import { MintError, type MintedToken } from '@valetkey/broker'
import ky, { isHTTPError } from 'ky'
import { isFields } from './cluster-fields.ts'
import { nucHashOf, signNuc } from './nuc.ts'
import type { JwsSigner } from './signers.ts'
import { SECOND_MS } from './token-expiry.ts'

export interface Revocation {
  signer: JwsSigner
  /** The node's DID. */
  audience: string
  token: MintedToken
  nowMs: number
  signal: AbortSignal
}

const REVOKE = { command: '/nuc/revoke' }
/** A minute is enough to be taken back in. */
const LIFETIME_SECONDS = 60

/** Rejects with a `MintError` where the node does not take it. A token that was taken back before is well. */
export async function revokeNuc(revocation: Revocation): Promise<void> {
  const { signer, audience, token, nowMs, signal } = revocation
  const exp = Math.floor(nowMs / SECOND_MS) + LIFETIME_SECONDS
  const proof = await signNuc({ signer, audience, exp, capability: REVOKE, signal })
  const url = `${token.resource ?? ''}v1/revocations/revoke`
  const expiresAt = new Date(token.expiresAt).toISOString()
  try {
    await ky.post(url, {
      headers: { authorization: `Bearer ${proof}` },
      json: { tokenHash: nucHashOf(token.value), expiresAt },
      redirect: 'error',
      timeout: false,
      signal,
    })
  } catch (cause) {
    if (isHTTPError(cause) && isDuplicate(cause.data)) return
    const status = isHTTPError(cause) ? `: it answered ${cause.response.status}` : ''
    throw new MintError('temporarily_unavailable', `${url} did not take the token back${status}`, {
      cause: isHTTPError(cause) ? undefined : cause,
    })
  }
}

function isDuplicate(answer: unknown): boolean {
  const errors = isFields(answer) ? answer.errors : undefined
  return Array.isArray(errors) && errors[0] === 'DuplicateEntryError'
}
