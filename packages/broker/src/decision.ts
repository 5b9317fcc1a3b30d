/** Tells an audit log what was decided about one token or operation: who asked, for what, with which end. */
import type { DecisionEvent, Report } from './events.ts'
import { fingerprintOf } from './fingerprint.ts'
import { OAuthError } from './oauth-error.ts'
import type { CachedToken } from './token-slots.ts'

export interface Decided {
  readonly via: DecisionEvent['via']
  readonly requestId?: string
  readonly subject: string
  readonly session?: string
  /** Fit for a log. */
  readonly audience: string
  readonly operation?: string
  /** The token, or nothing where leave to call through the proxy was given; or why there is neither. */
  readonly result: { readonly token?: CachedToken | undefined } | OAuthError
}

export function reportDecision(report: Report, { result, ...asked }: Decided): void {
  if (result instanceof OAuthError) {
    const { code: outcome, message: reason } = result
    report({ event: 'decision', ...asked, outcome, reason })
    return
  }
  const { token } = result
  report({
    event: 'decision',
    ...asked,
    outcome: 'granted',
    ...(token && { fingerprint: fingerprintOf(token), expiresAt: token.expiresAt }),
    ...(token?.scope !== undefined && { scope: token.scope }),
  })
}
