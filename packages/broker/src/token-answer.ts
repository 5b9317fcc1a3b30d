/** Writes outcomes down as the wire has them: one status, one body. */
import type { TokenFailure, TokenGrant, TokenResponse } from '@valetkey/protocol'
import { type Lifetime, latestExpiry } from './lifetime.ts'
import { OAuthError } from './oauth-error.ts'
import { type Exchange, jsonReply, problemReply, type Reply } from './response.ts'
import type { CachedToken } from './token-slots.ts'

/** One token, leave to call through the proxy, or the reason why there is neither. */
export interface Outcome {
  id: string
  audience: string
  /** Without a token: the broker keeps it. */
  result: { token?: CachedToken; lifetime: Lifetime } | OAuthError
}

/** All that one item of the request caused. */
export interface ItemOutcomes {
  outcomes: Outcome[]
  /** Set where the item named a group. */
  group?: [name: string, members: string[]]
}

/** Takes back what ended while slower items were waited for. */
export function withoutExpired({ outcomes, ...rest }: ItemOutcomes, now: number): ItemOutcomes {
  const ended = (): OAuthError =>
    new OAuthError('temporarily_unavailable', 'The token ended while others were minted')
  const isEnded = ({ result }: Outcome): boolean =>
    !(result instanceof OAuthError) && expiryOf(result, now) <= now
  return {
    ...rest,
    outcomes: outcomes.map((outcome) =>
      isEnded(outcome) ? { ...outcome, result: ended() } : outcome,
    ),
  }
}

/** Epoch milliseconds. */
function expiryOf(
  { token, lifetime }: { token?: CachedToken; lifetime: Lifetime },
  now: number,
): number {
  return Math.min(token?.expiresAt ?? Number.POSITIVE_INFINITY, latestExpiry(lifetime, now))
}

/** 200 if a token is in it or the reasons differ; else the status of the one reason. */
export function respond(
  exchange: Exchange,
  answers: readonly ItemOutcomes[],
  { session, now }: { session: string; now: number },
): Reply {
  const tokens = answers.flatMap(({ outcomes }) => outcomes.map((outcome) => toWire(outcome, now)))
  const common = commonError(answers)
  const failures = tokens.filter((item) => 'error' in item)
  if (common && failures.length === tokens.length) return problemReply(exchange, common, failures)
  const groups = answers.flatMap(({ group }) => (group ? [group] : []))
  const body: TokenResponse = {
    server_time: now,
    session,
    ...(groups.length > 0 && { groups: Object.fromEntries(groups) }),
    tokens,
  }
  return jsonReply(exchange, body)
}

/** The error of all items, if all failed for one reason; of several waits the longest. */
function commonError(answers: readonly ItemOutcomes[]): OAuthError | undefined {
  const results = answers.flatMap(({ outcomes }) => outcomes.map(({ result }) => result))
  const errors = results.filter((result) => result instanceof OAuthError)
  const [first] = errors
  if (!first || errors.length < results.length) return undefined
  if (errors.some(({ code }) => code !== first.code)) return undefined
  return errors.reduce((longest, error) =>
    (error.retryAfterMs ?? 0) > (longest.retryAfterMs ?? 0) ? error : longest,
  )
}

function toWire({ id, audience, result }: Outcome, now: number): TokenGrant | TokenFailure {
  if (result instanceof OAuthError) return { id, audience, ...result.toWire() }
  const { token } = result
  const expires_in = (expiryOf(result, now) - now) / 1000
  if (!token) {
    const resource = `proxy/${encodeURIComponent(audience)}/`
    return { id, audience, delivery: 'proxy', resource, expires_in }
  }
  return {
    id,
    audience,
    token_id: token.tokenId,
    access_token: token.value,
    token_type: 'Bearer',
    expires_in,
    ...(token.scope !== undefined && { scope: token.scope }),
    ...(token.resource !== undefined && { resource: token.resource }),
  }
}
