/** Asks the app's policy what a user may have; what it does not grant is refused. */
import { splitAudience } from '@valetkey/protocol'
import type { Found, Registry, Target } from './audiences.ts'
import type { Clock } from './clock.ts'
import { inTime } from './deadline.ts'
import type { Report } from './events.ts'
import { OAuthError } from './oauth-error.ts'
import { describeError } from './redact.ts'
import { narrowScope } from './scope.ts'
import type { AccessRules, Grant, GrantRequest, Principal } from './types.ts'

/** What a user may have of what was asked for. */
export interface Granted {
  /** One for an audience or a member, one per member for a group. */
  readonly targets: readonly Target[]
  readonly isGroup: boolean
  readonly scope?: string
  readonly maxLifetimeMs?: number | undefined
}

export interface AuthorizationParts<P extends Principal> {
  authorize: AccessRules<P>['authorize']
  registry: Registry
  clock: Required<Clock>
  timeoutMs: number
  report: Report
}

export type Authorization<P extends Principal> = (
  principal: P,
  wanted: GrantRequest,
  requestId: string,
) => Promise<Granted>

const NO_GRANT =
  'gave neither true, false nor { scope?: string, maxLifetimeMs?: at least 1000 }; taken for false'

/**
 * Rejects with `invalid_target`, alike for an audience that does not exist and one that is not granted:
 * the policy is asked in both cases, so that not even the time tells them apart.
 *
 * A grant on a group covers its members. The reverse does not hold: a group asked for whole is given
 * whole or not at all, since a cluster with some of its nodes is another cluster.
 */
export function createAuthorization<P extends Principal>(
  parts: AuthorizationParts<P>,
): Authorization<P> {
  const { registry, report } = parts

  async function ask(principal: P, request: GrantRequest, requestId: string): Promise<Grant> {
    const { authorize, clock, timeoutMs } = parts
    const onTimeout = (): Error => new Error(`did not answer within ${timeoutMs} ms`)
    const answer: unknown = await inTime({ clock, timeoutMs, onTimeout }, () =>
      authorize(principal, request),
    ).catch((error: unknown) => {
      report({ event: 'fault', where: 'authorize', requestId, detail: describeError(error) })
      throw new OAuthError('temporarily_unavailable', 'The policy cannot be asked right now')
    })
    const grant = grantOf(answer)
    if (grant === undefined)
      report({ event: 'fault', where: 'authorize', requestId, detail: NO_GRANT })
    return grant ?? false
  }

  function find(audience: string, requestId: string): Found | undefined {
    try {
      return registry.find(audience)
    } catch (error) {
      const detail = describeError(error)
      report({
        event: 'fault',
        where: 'members',
        audience: splitAudience(audience).name,
        requestId,
        detail,
      })
      throw new OAuthError('server_error', 'The members of the group are not known')
    }
  }

  return async (principal, wanted, requestId) => {
    const { audience, scope, ttl, method, path, operation } = wanted
    const { name, member } = splitAudience(audience)
    const wish = {
      ...(scope !== undefined && { scope }),
      ...(ttl !== undefined && { ttl }),
      ...(method !== undefined && { method }),
      ...(path !== undefined && { path }),
      ...(operation !== undefined && { operation }),
    }
    let grant = await ask(principal, { audience: name, ...wish }, requestId)
    if (grant === false && member !== undefined)
      grant = await ask(principal, { audience, ...wish }, requestId)
    if (grant === false) throw refusal()
    const found = find(audience, requestId)
    if (!found) throw refusal()
    return narrowed(found, grant, scope)
  }
}

/** Throws if nothing is left. */
export function narrowed(
  { entry, targets, isGroup }: Found,
  grant: Exclude<Grant, false>,
  requested: string | undefined,
): Granted {
  const { scope: granted, maxLifetimeMs } = grant === true ? {} : grant
  const scope = narrowScope({ configured: entry.scopes, granted, requested })
  if (scope === false) throw refusal()
  return { targets, isGroup, maxLifetimeMs, ...(scope !== undefined && { scope }) }
}

/** `undefined` for an answer that is none: it grants nothing, and the operator hears of it. */
function grantOf(answer: unknown): Grant | undefined {
  if (typeof answer === 'boolean') return answer
  if (typeof answer !== 'object' || answer === null) return undefined
  const { scope, maxLifetimeMs, ...others }: { scope?: unknown; maxLifetimeMs?: unknown } = answer
  if (Object.keys(others).length > 0) return undefined
  if (scope !== undefined && typeof scope !== 'string') return undefined
  if (maxLifetimeMs === undefined) return { scope }
  return typeof maxLifetimeMs === 'number' && maxLifetimeMs >= 1_000
    ? { scope, maxLifetimeMs }
    : undefined
}

function refusal(): OAuthError {
  return new OAuthError(
    'invalid_target',
    'The audience or the scope is unknown, or this login may not have it',
  )
}
