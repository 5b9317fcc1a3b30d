/** `POST {broker}/x/{audience}/{operation}`: what a system does for a user besides giving a token. */
import { isAudience } from '@valetkey/protocol'
import { admitLogin, type AdmissionParts } from './admission.ts'
import { isAudienceConfig, type Registry, type Target } from './audiences.ts'
import type { Login } from './authenticate.ts'
import type { Authorization, Granted } from './authorize.ts'
import type { Clock } from './clock.ts'
import { withDeadline } from './deadline.ts'
import { type Decided, reportDecision } from './decision.ts'
import type { Report } from './events.ts'
import { latestExpiry, lifetimeOf } from './lifetime.ts'
import { isMintCode, mintError, OAuthError } from './oauth-error.ts'
import type { Operation, OperationResult, RunOperation } from './operation.ts'
import { describeError } from './redact.ts'
import { readJsonBody } from './request-body.ts'
import { guardTokenRequest } from './request-guard.ts'
import { targetOf } from './request-target.ts'
import { jsonReply, type TracedExchange } from './response.ts'
import type { Answered } from './router.ts'
import type { Audiences, Principal } from './types.ts'

export interface OperationRouteParts<P extends Principal> extends AdmissionParts<P> {
  /** Path of the route, with a slash at its end. */
  prefix: string
  origins: ReadonlySet<string>
  registry: Registry
  authorize: Authorization<P>
  clock: Required<Clock>
  timeoutMs: number
  report: Report
}

export type OperationRoute = (request: Request, exchange: TracedExchange) => Promise<Answered>

const NAME = /^[a-z\d-]{1,64}$/

/** Whether any minter can do more than mint; without one the route is not there. */
export function hasOperations(audiences: Audiences): boolean {
  return Object.values(audiences).some(
    (value) => (isAudienceConfig(value) ? value.minter : value).operations !== undefined,
  )
}

/**
 * Guarded as the token route is: origin, types, size, login, limits, policy. Rejects with an `OAuthError`; an
 * operation that does not exist is told from one that is not granted by nothing but the request id.
 */
export function createOperationRoute<P extends Principal>(
  parts: OperationRouteParts<P>,
): OperationRoute {
  return async (request, exchange) => {
    const trusted = guardTokenRequest(request, parts.origins)
    const { audience, operation } = readTarget(targetOf(request), parts.prefix)
    await parts.limits.admit(request)
    const input = inputOf(await readJsonBody(request, parts.clock))
    const login = await admitLogin(parts, { request: trusted, exchange, kind: 'request' })
    const { requestId } = exchange
    const asked = { login, audience, operation, requestId }
    const { now, done } = await audited(parts, asked, async () => {
      const wanted = { audience, operation }
      const granted = await parts.authorize(login.principal, wanted, requestId)
      const { target, found } = admit(granted, operation)
      const run = prepared(found, input)
      return carryOut(parts, run, { target, granted, login })
    })
    const { result, expiresAt } = done
    const body = {
      server_time: now,
      session: login.session,
      ...(expiresAt !== undefined && { expires_in: (expiresAt - now) / 1000 }),
      result,
    }
    const items = [{ audience, outcome: 'granted' as const }]
    return { reply: jsonReply(exchange, body), facts: { session: login.session, items } }
  }
}

interface AskedFor<P extends Principal> {
  login: Login<P>
  audience: string
  operation: string
  requestId: string
}

/** Tells the audit log how it ended. Names that a stranger made up are not repeated there. */
async function audited<P extends Principal, T>(
  { registry, report }: OperationRouteParts<P>,
  { login, audience, operation, requestId }: AskedFor<P>,
  work: () => Promise<T>,
): Promise<T> {
  const tell = (result: Decided['result']): void => {
    const label = registry.labelOf(audience)
    const offered = label === audience ? registry.find(audience)?.entry.minter.operations : {}
    reportDecision(report, {
      via: 'operation',
      requestId,
      subject: login.principal.subject,
      session: login.session,
      audience: label,
      operation: Object.hasOwn(offered ?? {}, operation) ? operation : '(unknown)',
      result,
    })
  }
  try {
    const done = await work()
    tell({})
    return done
  } catch (error) {
    if (error instanceof OAuthError) tell(error)
    throw error
  }
}

function readTarget(spelled: string, prefix: string): { audience: string; operation: string } {
  const segments = spelled.startsWith(prefix) ? spelled.slice(prefix.length).split('/') : []
  const [audience = '', operation = ''] = segments.map(decoded)
  if (segments.length === 2 && isAudience(audience) && NAME.test(operation))
    return { audience, operation }
  throw new OAuthError('invalid_request', 'The path is x/{audience}/{operation}', { status: 404 })
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return ''
  }
}

function inputOf(body: unknown): Readonly<Record<string, unknown>> {
  if (typeof body === 'object' && body !== null && !Array.isArray(body))
    return Object.fromEntries(Object.entries(body))
  throw new OAuthError('invalid_request', 'The body of an operation is a JSON object')
}

function admit(
  { targets, isGroup }: Granted,
  operation: string,
): { target: Target; found: Operation } {
  const [target] = targets
  const offered = target?.entry.minter.operations ?? {}
  const found = Object.hasOwn(offered, operation) ? offered[operation] : undefined
  if (target && found && !isGroup) return { target, found }
  throw new OAuthError(
    'invalid_target',
    'The audience or the scope is unknown, or this login may not have it',
  )
}

function prepared(operation: Operation, input: Readonly<Record<string, unknown>>): RunOperation {
  const work = operation.prepare(input)
  if (typeof work === 'function') return work
  throw new OAuthError('invalid_request', work.problem)
}

interface Bound<P extends Principal> {
  target: Target
  granted: Granted
  login: Login<P>
}

async function carryOut<P extends Principal>(
  { clock, timeoutMs, report }: OperationRouteParts<P>,
  run: RunOperation,
  { target: { audience, entry }, granted, login: { principal } }: Bound<P>,
): Promise<{ now: number; done: OperationResult }> {
  const now = clock.now()
  const { minter, maxLifetimeMs: configuredMs } = entry
  const { limits } = minter
  const { maxLifetimeMs: grantedMs, scope } = granted
  const { subject, context, expiresAt: loginEndsAt } = principal
  const latestAt = latestExpiry(
    lifetimeOf({ limits, configuredMs, grantedMs, loginEndsAt }, now),
    now,
  )
  const onTimeout = (): Error =>
    Object.assign(new Error(`no result within ${timeoutMs} ms`), { code: 'upstream_timeout' })
  try {
    const done = await withDeadline({ clock, timeoutMs, onTimeout }, (signal) =>
      run({
        audience,
        subject,
        lifetimeMs: latestAt - now,
        signal,
        ...(context !== undefined && { context }),
        ...(scope !== undefined && { scope }),
      }),
    )
    if ((done.expiresAt ?? now) <= latestAt) return { now, done }
    throw Object.assign(new Error('what it gave lives longer than was granted'), {
      code: 'upstream_invalid',
    })
  } catch (error) {
    const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined
    const detail = describeError(error)
    const failure = mintError(code, { cause: error })
    if (isMintCode(code))
      report({
        event: 'mint-failed',
        audience,
        minter: minter.name,
        ms: clock.now() - now,
        error: failure.code,
        detail,
      })
    else report({ event: 'fault', where: 'broker', audience, detail })
    throw failure
  }
}
