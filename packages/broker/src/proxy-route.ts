/** `ANY {broker}/proxy/{audience}/{path}`: who asks, what they may call, the vault's answer in place of ours. */
import { admitLogin, type AdmissionParts } from './admission.ts'
import type { ProxiedEntry, Registry, Target } from './audiences.ts'
import type { Login } from './authenticate.ts'
import type { Authorization } from './authorize.ts'
import type { Clock } from './clock.ts'
import { reportDecision } from './decision.ts'
import type { Report } from './events.ts'
import { knownError } from './faults.ts'
import { atLeast, lifetimeOf } from './lifetime.ts'
import { OAuthError } from './oauth-error.ts'
import { forward, type ForwardParts } from './proxy-forward.ts'
import { type ProxyTarget, readProxyTarget } from './proxy-path.ts'
import { findRule, type ProxyRule } from './proxy-rules.ts'
import { guardRequest } from './request-guard.ts'
import { targetOf } from './request-target.ts'
import type { Reply, TracedExchange } from './response.ts'
import type { Answered } from './router.ts'
import type { CachedToken } from './token-slots.ts'
import type { TokenSupply } from './token-supply.ts'
import type { Principal } from './types.ts'

export interface ProxyRouteParts<P extends Principal> extends ForwardParts, AdmissionParts<P> {
  /** Path of the proxy, with a slash at its end. */
  prefix: string
  origins: ReadonlySet<string>
  registry: Registry
  authorize: Authorization<P>
  supply: TokenSupply
  clock: Required<Clock>
  report: Report
}

export type ProxyRoute = (request: Request, exchange: TracedExchange) => Promise<Answered>

/** A token that is used at once needs less life ahead of it than one that is handed out. */
const FRESH_SHARE = 0.2

/** Rejects with an `OAuthError` where the broker itself refuses, or the vault gives nothing to pass on. */
export function createProxyRoute<P extends Principal>(parts: ProxyRouteParts<P>): ProxyRoute {
  return async (request, exchange) => {
    const trusted = guardRequest(request, parts.origins)
    const wanted = readProxyTarget(targetOf(request), parts.prefix)
    await parts.limits.admit(request)
    const login = await admitLogin(parts, { request: trusted, exchange, kind: 'proxy' })
    const call: Call<P> = { request, exchange, wanted, login }
    const { session } = login
    const reply = await carry(parts, call)
    return { reply, facts: { session, items: [{ audience: wanted.audience, outcome: 'granted' }] } }
  }
}

interface Call<P extends Principal> {
  request: Request
  exchange: TracedExchange
  wanted: ProxyTarget
  login: Login<P>
  /** The one the vault was called with last. */
  token?: CachedToken
}

/** Asks the policy, calls the vault, tells what was decided. */
async function carry<P extends Principal>(
  parts: ProxyRouteParts<P>,
  call: Call<P>,
): Promise<Reply> {
  const { requestId } = call.exchange
  const { session, principal } = call.login
  const { subject } = principal
  const asked = { via: 'proxy', requestId, subject, session } as const
  const audience = parts.registry.labelOf(call.wanted.audience)
  try {
    const reply = await carryAdmitted(parts, call)
    reportDecision(parts.report, { ...asked, audience, result: { token: call.token } })
    return reply
  } catch (error) {
    const result = knownError(parts.report, error, requestId)
    reportDecision(parts.report, { ...asked, audience, result })
    throw result
  }
}

async function carryAdmitted<P extends Principal>(
  parts: ProxyRouteParts<P>,
  call: Call<P>,
): Promise<Reply> {
  const { request, exchange, wanted, login } = call
  const { requestId, trace } = exchange
  const { audience, path } = wanted
  const { method } = request
  const granted = await trace.step('authorize', () =>
    parts.authorize(login.principal, { audience, method, path }, requestId),
  )
  const { target, entry, rule } = admit(granted, { method, path })
  if (request.bodyUsed)
    throw new Error('authenticate has read the body of a call that was to be forwarded')
  const now = parts.clock.now()
  const { limits, freshShare = FRESH_SHARE } = entry.minter
  const { maxLifetimeMs } = granted
  const bounds = { limits, configuredMs: entry.maxLifetimeMs, grantedMs: maxLifetimeMs }
  const lifetime = atLeast(lifetimeOf(bounds, now), { limits, now })
  return forward(parts, {
    request,
    exchange,
    wanted,
    target,
    entry,
    rule,
    // The login's end is no bound here: the token stays, and the login is looked at anew in every call.
    async tokenFor(rejected) {
      const { principal } = login
      const { scope } = granted
      const wish = { lifetime, freshShare: Math.min(FRESH_SHARE, freshShare), rejected, trace }
      call.token = await parts.supply({ target, principal, scope, ...wish })
      return call.token
    },
  })
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
