/** `ANY {broker}/proxy/{audience}/{path}`: who asks, what they may call, the vault's answer in place of ours. */
import type { ProxiedEntry, Registry, Target } from './audiences.ts'
import type { Authentication } from './authenticate.ts'
import type { Authorization } from './authorize.ts'
import type { Clock } from './clock.ts'
import type { Report } from './events.ts'
import { atLeast, lifetimeOf } from './lifetime.ts'
import { OAuthError } from './oauth-error.ts'
import { forward, type ForwardParts } from './proxy-forward.ts'
import { type ProxyTarget, readProxyTarget } from './proxy-path.ts'
import { findRule, type ProxyRule } from './proxy-rules.ts'
import { guardRequest } from './request-guard.ts'
import type { RequestLimits } from './request-limits.ts'
import { targetOf } from './request-target.ts'
import type { Exchange } from './response.ts'
import type { Answered } from './router.ts'
import type { TokenSupply } from './token-supply.ts'
import type { Principal } from './types.ts'

export interface ProxyRouteParts<P extends Principal> extends ForwardParts {
  /** Path of the proxy, with a slash at its end. */
  prefix: string
  origins: ReadonlySet<string>
  registry: Registry
  authenticate: Authentication<P>
  authorize: Authorization<P>
  supply: TokenSupply
  limits: RequestLimits
  clock: Required<Clock>
  report: Report
}

export type ProxyRoute = (request: Request, exchange: Exchange) => Promise<Answered>

/** A token that is used at once needs less life ahead of it than one that is handed out. */
const FRESH_SHARE = 0.2

/** Rejects with an `OAuthError` where the broker itself refuses, or the vault gives nothing to pass on. */
export function createProxyRoute<P extends Principal>(parts: ProxyRouteParts<P>): ProxyRoute {
  return async (request, exchange) => {
    const trusted = guardRequest(request, parts.origins)
    const wanted = readProxyTarget(targetOf(request), parts.prefix)
    await parts.limits.admit(request)
    const { requestId } = exchange
    const { method } = request
    const { principal, session } = await parts.authenticate(trusted, {
      background: false,
      requestId,
    })
    await parts.limits.admitPrincipal(principal, 'proxy')
    const { audience, path } = wanted
    const granted = await parts.authorize(principal, { audience, method, path }, requestId)
    const { target, entry, rule } = admit(granted, { method, path })
    if (request.bodyUsed)
      throw new Error('authenticate has read the body of a call that was to be forwarded')
    const now = parts.clock.now()
    const { limits, freshShare = FRESH_SHARE } = entry.minter
    const lifetime = lifetimeOf(
      {
        limits,
        configuredMs: entry.maxLifetimeMs,
        grantedMs: granted.maxLifetimeMs,
      },
      now,
    )
    const reply = await forward(parts, {
      request,
      exchange,
      wanted,
      target,
      entry,
      rule,
      // The login's end is no bound here: the token stays, and the login is looked at anew in every call.
      tokenFor: async (rejected) =>
        parts.supply({
          target,
          principal,
          scope: granted.scope,
          lifetime: atLeast(lifetime, { limits, now }),
          freshShare: Math.min(FRESH_SHARE, freshShare),
          rejected,
        }),
    })
    return { reply, facts: { session, items: [{ audience, outcome: 'granted' }] } }
  }
}

interface Admitted {
  target: Target
  entry: ProxiedEntry
  rule: ProxyRule
}

function admit(
  { targets, isGroup }: { targets: readonly Target[]; isGroup: boolean },
  call: { method: string; path: ProxyTarget['path'] },
): Admitted {
  const [target] = targets
  if (isGroup || !target)
    throw new OAuthError('invalid_target', 'A group is not called as one: name a member')
  const { entry } = target
  if (!entry.proxy)
    throw new OAuthError('invalid_target', 'This audience is not proxied: call its vault itself')
  const rule = findRule(entry.proxy.allow, call)
  if (!rule)
    throw new OAuthError(
      'invalid_target',
      'No rule of this audience allows this method with this path',
    )
  return { target, entry: { ...entry, proxy: entry.proxy }, rule }
}
