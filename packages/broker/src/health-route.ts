/** Says whether the broker runs, and whether it takes requests; no login, no data. */
import { OAuthError } from './oauth-error.ts'
import { type Exchange, jsonReply, type Reply } from './response.ts'

/** `healthz`: the process answers. */
export function answerHealth(exchange: Exchange): Reply {
  return jsonReply(exchange, { status: 'ok' })
}

/** `readyz`: new requests are welcome. */
export function answerReadiness(exchange: Exchange, isDraining: boolean): Reply {
  if (isDraining) throw drainingError()
  return jsonReply(exchange, { status: 'ready' })
}

/** What a broker that is shutting down answers: another process, or this one's successor, is near. */
export function drainingError(): OAuthError {
  return new OAuthError('temporarily_unavailable', 'The broker is shutting down', {
    retryAfterMs: 1_000,
  })
}
