/** What processes tell each other of one key: the token, and how the last mint went. */
import { OAuthError } from './oauth-error.ts'
import type { CachedToken, MintFailure, TokenSlot } from './token-slots.ts'

/** What of a slot is shared. */
export type TokenRecord = Pick<TokenSlot, 'token' | 'forcedAt' | 'failure'>

const SHORTEST_FAILURE_MS = 1_000
const LONGEST_FAILURE_MS = 60_000

export function writeRecord(record: TokenRecord): string {
  return JSON.stringify(record)
}

/** Whoever could write this could read the key; still, nothing is taken for a token that is none. */
export function readRecord(text: string | undefined): TokenRecord {
  if (text === undefined) return {}
  try {
    const { token, forcedAt, failure }: TokenRecord = JSON.parse(text)
    return {
      ...(isToken(token) && { token }),
      ...(typeof forcedAt === 'number' && { forcedAt }),
      ...(isFailure(failure) && { failure }),
    }
  } catch {
    return {}
  }
}

function isToken(token: CachedToken | undefined): token is CachedToken {
  return (
    typeof token?.value === 'string' &&
    typeof token.tokenId === 'string' &&
    Number.isFinite(token.mintedAt) &&
    Number.isFinite(token.expiresAt)
  )
}

function isFailure(failure: MintFailure | undefined): failure is MintFailure {
  return typeof failure?.code === 'string' && Number.isFinite(failure.endsAt)
}

/** Epoch milliseconds until which a record is of use. */
export function recordEndsAt({ token, failure }: TokenRecord): number {
  return Math.max(token?.expiresAt ?? 0, failure?.endsAt ?? 0)
}

/** What is remembered of a failed mint: nothing where the next try may go otherwise. */
export function failureOf(error: unknown, now: number): Pick<TokenRecord, 'failure'> {
  if (!(error instanceof OAuthError)) return {}
  const { code, retryAfterMs } = error
  if (code === 'invalid_target' || code === 'rate_limited') return {}
  const restMs = Math.max(retryAfterMs ?? 0, SHORTEST_FAILURE_MS)
  return { failure: { code, endsAt: now + Math.min(restMs, LONGEST_FAILURE_MS) } }
}
