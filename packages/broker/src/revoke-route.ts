/** `POST {broker}/revoke`: a login gives back what it was given. */
import type { Authentication } from './authenticate.ts'
import type { Clock } from './clock.ts'
import { OAuthError } from './oauth-error.ts'
import { readJsonBody } from './request-body.ts'
import { guardTokenRequest } from './request-guard.ts'
import type { RequestLimits } from './request-limits.ts'
import { emptyReply, type Exchange } from './response.ts'
import type { Revocation } from './revocation.ts'
import type { Answered } from './router.ts'
import type { Principal } from './types.ts'

export interface RevokeRouteParts<P extends Principal> {
  origins: ReadonlySet<string>
  authenticate: Authentication<P>
  limits: RequestLimits
  revoke: Revocation
  clock: Required<Clock>
}

export type RevokeRoute = (request: Request, exchange: Exchange) => Promise<Answered>

/** Rejects with an `OAuthError`; who asks again goes on where it stopped. */
export function createRevokeRoute<P extends Principal>(parts: RevokeRouteParts<P>): RevokeRoute {
  return async (request, exchange) => {
    const trusted = guardTokenRequest(request, parts.origins)
    await parts.limits.admit(request)
    checkBody(await readJsonBody(request, parts.clock))
    const { requestId } = exchange
    const { principal, session } = await parts.authenticate(trusted, {
      background: false,
      requestId,
    })
    await parts.limits.admitPrincipal(principal, 'request')
    const { subject, login } = principal
    await parts.revoke({ subject, login }, requestId)
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
