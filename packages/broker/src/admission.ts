/** Lets a login in: who it is, then whether it asks too often. */
import type { Authentication, Login } from './authenticate.ts'
import type { RequestLimits } from './request-limits.ts'
import type { TracedExchange } from './response.ts'
import type { Principal } from './types.ts'

export interface AdmissionParts<P extends Principal> {
  authenticate: Authentication<P>
  limits: RequestLimits
}

export interface Entrant {
  /** As `authenticate` may see it. */
  request: Request
  exchange: TracedExchange
  kind: 'request' | 'proxy'
  /** No user waits for it. */
  background?: boolean
}

/** Rejects with an `OAuthError`. */
export async function admitLogin<P extends Principal>(
  { authenticate, limits }: AdmissionParts<P>,
  { request, exchange, kind, background = false }: Entrant,
): Promise<Login<P>> {
  const { requestId, trace } = exchange
  const login = await trace.step('authenticate', () =>
    authenticate(request, { background, requestId }),
  )
  await limits.admitPrincipal(login.principal, kind)
  return login
}
