/** Finds the route of a request, turns what it throws into a problem, reports every answer. */
import { VERSION_HEADER } from '@valetkey/protocol'
import type { Clock } from './clock.ts'
import type { AnswerFacts, Report } from './events.ts'
import { OAuthError } from './oauth-error.ts'
import { describeError } from './redact.ts'
import { listedOrigin } from './request-guard.ts'
import { targetOf } from './request-target.ts'
import {
  emptyReply,
  type Exchange,
  problemReply,
  type Reply,
  type TracedExchange,
} from './response.ts'
import type { Trace, Tracing } from './trace.ts'

/** An answer, and what the log may know of it. */
export interface Answered {
  reply: Reply
  facts: AnswerFacts
}

export interface Route {
  readonly name: string
  /** Answers everything below its name, however that is spelled. */
  readonly hasPaths?: boolean
  readonly methods: readonly string[]
  /** What a page of another origin may send besides the version. */
  readonly requestHeaders: readonly string[]
  /** Throws an `OAuthError` to refuse. */
  answer(request: Request, exchange: TracedExchange): Answered | Promise<Answered>
}

export interface RouterParts {
  /** Without a slash at the end. */
  basePath: string
  routes: readonly Route[]
  origins: ReadonlySet<string>
  clock: Required<Clock>
  report: Report
  tracing: Tracing
}

/** Never rejects. */
export function createRouter(parts: RouterParts): (request: Request) => Promise<Reply> {
  const { clock, report } = parts
  const find = createRouteFinder(parts)

  return async (request) => {
    const startedAt = clock.now()
    const requestId = crypto.randomUUID()
    const route = find(request)
    const name = route?.name ?? 'none'
    const trace = parts.tracing.begin(request, name)
    const exchange = { requestId, corsOrigin: listedOrigin(request, parts.origins), trace }
    const { reply, facts } = await answer(route, request, exchange).catch((error: unknown) =>
      refuse(exchange, error, report),
    )
    const outcomes = (facts.items ?? []).map(({ outcome }) => outcome)
    const granted = outcomes.filter((outcome) => outcome === 'granted').length
    report({
      event: 'answer',
      requestId,
      route: name,
      method: request.method,
      status: reply.status,
      ms: clock.now() - startedAt,
      granted,
      failed: outcomes.length - granted,
      ...facts,
    })
    endTrace(trace, { reply, facts, requestId })
    return withTimings(reply, trace)
  }
}

function createRouteFinder({
  basePath,
  routes,
}: RouterParts): (request: Request) => Route | undefined {
  const pathOf = ({ name }: Route): string => `${basePath}/${name}`
  const exact = new Map(
    routes.filter(({ hasPaths }) => !hasPaths).map((route) => [pathOf(route), route]),
  )
  const open = routes.filter(({ hasPaths }) => hasPaths)
  return (request) => {
    const path = URL.parse(request.url)?.pathname ?? ''
    // What only looks like another route, or like this one, is for this one to refuse.
    const spellings = [path, targetOf(request)]
    const isBelow = (route: Route): boolean =>
      spellings.some((spelling) => spelling.startsWith(`${pathOf(route)}/`))
    return open.find(isBelow) ?? exact.get(path)
  }
}

async function answer(
  route: Route | undefined,
  request: Request,
  exchange: TracedExchange,
): Promise<Answered> {
  if (!route) throw new OAuthError('invalid_request', 'There is nothing here', { status: 404 })
  const { method } = request
  const allowed = [...route.methods, 'OPTIONS'].join(', ')
  if (method === 'OPTIONS')
    return { reply: emptyReply(exchange, preflightHeaders(exchange, route)), facts: {} }
  if (!route.methods.includes(method))
    throw new OAuthError('invalid_request', `The methods here are ${allowed}`, {
      status: 405,
      headers: { Allow: allowed },
    })
  const answered = await route.answer(request, exchange)
  if (method !== 'HEAD') return answered
  return { ...answered, reply: { ...answered.reply, body: null } }
}

/** Without a listed origin the browser finds no leave in here, and does not send the request. */
function preflightHeaders(
  { corsOrigin }: Exchange,
  { methods, requestHeaders }: Route,
): Record<string, string> {
  const allowed = [...methods, 'OPTIONS'].join(', ')
  if (corsOrigin === undefined) return { Allow: allowed }
  return {
    Allow: allowed,
    'Access-Control-Allow-Methods': allowed,
    'Access-Control-Allow-Headers': [...requestHeaders, 'Authorization', VERSION_HEADER].join(', '),
    'Access-Control-Max-Age': '600',
  }
}

function refuse(exchange: Exchange, error: unknown, report: Report): Answered {
  const { requestId } = exchange
  const isKnown = error instanceof OAuthError
  if (!isKnown) report({ event: 'fault', where: 'broker', requestId, detail: describeError(error) })
  const known = isKnown ? error : new OAuthError('server_error', 'The broker has failed')
  return { reply: problemReply(exchange, known), facts: { error: known.code } }
}

function endTrace(
  trace: Trace,
  { reply, facts, requestId }: Answered & { requestId: string },
): void {
  const { error } = facts
  trace.end({
    // That a stranger is refused is no failure of this server.
    error: reply.status >= 500 ? (error ?? 'server_error') : undefined,
    attributes: {
      'http.response.status_code': reply.status,
      'valetkey.request_id': requestId,
      ...(error !== undefined && { 'error.type': error }),
    },
  })
}

function withTimings(reply: Reply, trace: Trace): Reply {
  const timings = trace.timings()
  return timings === undefined
    ? reply
    : { ...reply, headers: { ...reply.headers, 'Server-Timing': timings } }
}
