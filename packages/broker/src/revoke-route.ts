/** `POST {broker}/revoke`: a login gives back what it was given. */
import { admitLogin, type AdmissionParts } from './admission.ts'
import type { Clock } from './clock.ts'
import { OAuthError } from './oauth-error.ts'
import { readJsonBody } from './request-body.ts'
import { guardTokenRequest } from './request-guard.ts'
import { emptyReply, type TracedExchange } from './response.ts'
import type { Revocation } from './revocation.ts'
import type { Answered } from './router.ts'
import type { Principal } from './types.ts'

export interface RevokeRouteParts<P extends Principal> extends AdmissionParts<P> {
  origins: ReadonlySet<string>
  revoke: Revocation
  clock: Required<Clock>
}

export type RevokeRoute = (request: Request, exchange: TracedExchange) => Promise<Answered>

/** Rejects with an `OAuthError`; who asks again goes on where it stopped. */
export function createRevokeRoute<P extends Principal>(parts: RevokeRouteParts<P>): RevokeRoute {
  return async (request, exchange) => {
    const trusted = guardTokenRequest(request, parts.origins)
    await parts.limits.admit(request)
    checkBody(await readJsonBody(request, parts.clock))
    const { principal, session } = await admitLogin(parts, {
      request: trusted,
      exchange,
      kind: 'request',
    })
    const { subject, login } = principal
    await parts.revoke({ subject, login }, exchange.requestId)
    return { reply: emptyReply(exchange, {}), facts: { session } }
  }
}

/** Whose tokens they are is for the login alone to say. */
function checkBody(body: unknown): void {
  const isEmpty =
    typeof body === 'object' &&
    body !== null &&
    !Array.isArray(body) &&
    Object.keys(body).length === 0
  if (!isEmpty) throw new OAuthError('invalid_request', 'The body of a revocation is {}')
}
