/** `POST {broker}/tokens`: who asks, what they may have, a token for each, one answer. */
import type { TokenRequest, TokenRequestItem } from '@valetkey/protocol'
import { parseTokenRequest } from '@valetkey/protocol/request'
import { admitLogin, type AdmissionParts } from './admission.ts'
import type { Registry, Target } from './audiences.ts'
import type { Login } from './authenticate.ts'
import type { Authorization, Granted } from './authorize.ts'
import { type BatchGrace, createBatchGrace } from './batch-grace.ts'
import type { Clock } from './clock.ts'
import { reportDecision } from './decision.ts'
import type { AnsweredItem, Report } from './events.ts'
import { knownError } from './faults.ts'
import { atLeast, FRESH_SHARE, lifetimeOf } from './lifetime.ts'
import { OAuthError } from './oauth-error.ts'
import { readJsonBody } from './request-body.ts'
import { guardTokenRequest } from './request-guard.ts'
import type { TracedExchange } from './response.ts'
import type { Answered } from './router.ts'
import { type ItemOutcomes, type Outcome, respond, withoutExpired } from './token-answer.ts'
import type { TokenSupply } from './token-supply.ts'
import type { Principal } from './types.ts'

export interface TokenRouteParts<P extends Principal> extends AdmissionParts<P> {
  origins: ReadonlySet<string>
  registry: Registry
  authorize: Authorization<P>
  supply: TokenSupply
  clock: Required<Clock>
  report: Report
  /** How long tokens that are ready wait for the slow ones. */
  graceMs: number
}

export type TokenRoute = (request: Request, exchange: TracedExchange) => Promise<Answered>

/** Rejects with an `OAuthError` where the request as a whole is refused. */
export function createTokenRoute<P extends Principal>(parts: TokenRouteParts<P>): TokenRoute {
  return async (request, exchange) => {
    const trusted = guardTokenRequest(request, parts.origins)
    await parts.limits.admit(request)
    const { tokens, background = false } = parse(await readJsonBody(request, parts.clock))
    const login = await admitLogin(parts, {
      request: trusted,
      exchange,
      kind: 'request',
      background,
    })
    const grace = createBatchGrace(parts.clock, parts.graceMs)
    const answers = await Promise.all(
      tokens.map((item) => answerItem(parts, { item, login, exchange, grace })),
    )
    grace.end()
    const now = parts.clock.now()
    const current = answers.map((answer) => withoutExpired(answer, now))
    const { session } = login
    const reply = respond(exchange, current, { session, now })
    const items = reportItems(parts, { answers: current, login, requestId: exchange.requestId })
    return { reply, facts: { session, background, items } }
  }
}

interface Decided<P extends Principal> {
  answers: readonly ItemOutcomes[]
  login: Login<P>
  requestId: string
}

function reportItems<P extends Principal>(
  { registry, report }: TokenRouteParts<P>,
  { answers, login, requestId }: Decided<P>,
): AnsweredItem[] {
  const { session, principal } = login
  const { subject } = principal
  return answers.flatMap(({ outcomes }) =>
    outcomes.map(({ audience: name, result }) => {
      const audience = registry.labelOf(name)
      reportDecision(report, { via: 'tokens', requestId, subject, session, audience, result })
      return { audience, outcome: result instanceof OAuthError ? result.code : 'granted' }
    }),
  )
}

function parse(body: unknown): TokenRequest {
  const parsed = parseTokenRequest(body)
  if (!parsed.ok) throw new OAuthError('invalid_request', parsed.problem)
  return parsed.request
}

interface Asked<P extends Principal> {
  item: TokenRequestItem
  login: Login<P>
  exchange: TracedExchange
  grace: BatchGrace
}

async function answerItem<P extends Principal>(
  parts: TokenRouteParts<P>,
  asked: Asked<P>,
): Promise<ItemOutcomes> {
  const { id, audience } = asked.item
  const { requestId, trace } = asked.exchange
  try {
    const granted = await trace.step('authorize', () =>
      parts.authorize(asked.login.principal, asked.item, requestId),
    )
    checkItem(asked.item, granted)
    const outcomes = await Promise.all(
      granted.targets.map(async (target) => ({
        id,
        audience: target.audience,
        result: await answerTarget(parts, { ...asked, granted, target }),
      })),
    )
    if (!granted.isGroup) return { outcomes }
    return { outcomes, group: [audience, granted.targets.map((target) => target.audience)] }
  } catch (error) {
    return { outcomes: [{ id, audience, result: knownError(parts.report, error, requestId) }] }
  }
}

function checkItem({ context, rejected }: TokenRequestItem, { isGroup, targets }: Granted): void {
  if (context !== undefined)
    throw new OAuthError('invalid_request', 'context: this audience takes none from a browser')
  if (rejected !== undefined && isGroup)
    throw new OAuthError(
      'invalid_request',
      'rejected: names one token; ask for the member it was for',
    )
  if (targets.length === 0)
    throw new OAuthError('temporarily_unavailable', 'The group has no members right now')
}

async function answerTarget<P extends Principal>(
  parts: TokenRouteParts<P>,
  {
    item,
    login,
    exchange,
    grace,
    granted,
    target,
  }: Asked<P> & { granted: Granted; target: Target },
): Promise<Outcome['result']> {
  const { minter, maxLifetimeMs, allowOutliving, resource, proxy } = target.entry
  const { principal } = login
  const { limits, freshShare = FRESH_SHARE } = minter
  const now = parts.clock.now()
  const lifetime = lifetimeOf(
    {
      limits,
      configuredMs: maxLifetimeMs,
      grantedMs: granted.maxLifetimeMs,
      ttlSeconds: item.ttl,
      loginEndsAt: principal.expiresAt,
    },
    now,
  )
  // Minted when it is used: the page that only looks what it may have costs no token.
  if (proxy) {
    grace.ready()
    return { lifetime }
  }
  try {
    const supplied = parts.supply({
      target,
      principal,
      scope: granted.scope,
      lifetime: allowOutliving ? atLeast(lifetime, { limits, now }) : lifetime,
      freshShare,
      rejected: item.rejected,
      trace: exchange.trace,
    })
    const token = supplied instanceof Promise ? await grace.wait(supplied) : supplied
    grace.ready()
    const isComplete = token.resource !== undefined || resource === undefined
    return { lifetime, token: isComplete ? token : { ...token, resource } }
  } catch (error) {
    return knownError(parts.report, error, exchange.requestId)
  }
}
