/** Puts a broker together: the only file that knows all its parts. */
import { createRegistry } from './audiences.ts'
import { createAuthentication } from './authenticate.ts'
import { createAuthorization } from './authorize.ts'
import { type Clock, completeClock } from './clock.ts'
import { checkOptions } from './config.ts'
import { type BrokerEvent, consoleLogger, createReport, type Report } from './events.ts'
import { createDrain, type Drain } from './drain.ts'
import { answerHealth, answerReadiness, drainingError } from './health-route.ts'
import { watchMinters } from './minter-watch.ts'
import { createRouter, type Route } from './router.ts'
import { REQUEST_HEADERS } from './proxy-headers.ts'
import { createOperationRoute, hasOperations, type OperationRoute } from './operation-route.ts'
import { createProxyRoute, type ProxyRoute } from './proxy-route.ts'
import { methodsOfAll, type ProxyRule } from './proxy-rules.ts'
import { createRevokeRoute, type RevokeRoute } from './revoke-route.ts'
import { offerReplies } from './replies.ts'
import { type Reply, toResponse } from './response.ts'
import { createServerMint } from './server-mint.ts'
import { createTokenCore, type TokenCore } from './token-core.ts'
import { createTokenRoute, type TokenRoute } from './token-route.ts'
import { createTracing, type Tracing } from './trace.ts'
import type { AccessRules, Audiences, Broker, BrokerOptions, Principal } from './types.ts'

const DEV_PRINCIPAL: Principal = { subject: 'dev', login: 'dev' }
const DEFAULT_BASE_PATH = '/api/broker'
const DEFAULT_TIMEOUT_MS = 8_000
/** Longer than upstreams take on a good day, shorter than users wait for the tokens that are ready. */
const DEFAULT_GRACE_MS = 2_000

/**
 * Creates the broker: a function from `Request` to `Response` that authenticates, authorizes, mints,
 * caches. Nothing is granted by default.
 *
 * @throws {BrokerConfigError} naming every fault of the options at once.
 *
 * @example
 * ```ts
 * export const broker = createBroker({
 *   audiences: { records: secretvault({ cluster: './cluster.json' }) },
 *   authenticate: (request) => getUser(request),
 *   authorize: (user, { audience }) => user.roles.includes(audience),
 * })
 * ```
 */
export function createBroker<const A extends Audiences, P extends Principal>(
  options: BrokerOptions<A, P>,
): Broker<A, P> {
  checkOptions(options)
  const { clock, report, tracing } = surroundingsOf(options)
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS
  const registry = createRegistry(options.audiences)
  const origins = new Set(options.origins)
  const { authenticate, authorize } = rulesOf(options, report)
  const drain = createDrain()
  const hold = (work: Promise<void>): void => drain.hold(work)
  const graceMs = options.graceMs ?? DEFAULT_GRACE_MS
  const core = createTokenCore({ options, registry, clock, report, timeoutMs, graceMs, hold })
  const basePath = (options.basePath ?? DEFAULT_BASE_PATH).replace(/\/$/, '')
  const shared = {
    origins,
    registry,
    authenticate: createAuthentication({ authenticate, clock, timeoutMs, report }),
    authorize: createAuthorization({ authorize, registry, clock, timeoutMs, report }),
    supply: core.supply,
    limits: core.limits,
    clock,
    report,
    tracing,
  }
  const routes = routesOf({
    answerTokens: createTokenRoute({ ...shared, graceMs }),
    answerRevoke: createRevokeRoute({ ...shared, revoke: core.revoke }),
    answerProxied: createProxyRoute({
      ...shared,
      prefix: `${basePath}/proxy/`,
      // Looked up at each call, so that a `fetch` installed later is used.
      fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
      hold,
    }),
    ...(hasOperations(options.audiences) && {
      answerOperation: createOperationRoute({ ...shared, prefix: `${basePath}/x/`, timeoutMs }),
    }),
    rules: registry.rules,
    isDraining: () => drain.isDraining(),
  })
  return faceOf<A, P>({
    basePath,
    drain,
    core,
    server: createServerMint(shared),
    stopWatching: watchMinters(options.audiences, report),
    answer: createRouter({ basePath, routes, origins, clock, report, tracing }),
  })
}

interface FaceParts<P extends Principal> {
  basePath: string
  drain: Drain
  core: TokenCore
  server: Pick<Broker<Audiences, P>, 'mint' | 'mintAll'>
  stopWatching: () => void
  answer: (request: Request) => Promise<Reply>
}

function faceOf<A extends Audiences, P extends Principal>(parts: FaceParts<P>): Broker<A, P> {
  const { basePath, drain, core, server, stopWatching, answer } = parts

  async function whileOpen<T>(work: () => Promise<T>): Promise<T> {
    if (drain.isDraining()) throw drainingError()
    return drain.count(work)
  }

  const fetch = (request: Request): Promise<Response> =>
    drain.count(async () => toResponse(await answer(request)))
  offerReplies(fetch, (request) => drain.count(() => answer(request)))

  return {
    basePath,
    fetch,
    mint: (...wanted) => whileOpen(() => server.mint(...wanted)),
    mintAll: (...wanted) => whileOpen(() => server.mintAll(...wanted)),
    revoke: (scope) => whileOpen(() => core.revoke(scope)),
    async close() {
      stopWatching()
      await drain.finish()
      await core.close()
    },
  }
}

/** Time, and those who are told what happens. */
function surroundingsOf({
  logger = consoleLogger,
  onEvent,
  telemetry,
  serverTiming,
  insecureDev = false,
  ...options
}: Pick<
  BrokerOptions<Audiences, Principal>,
  'clock' | 'logger' | 'onEvent' | 'telemetry' | 'serverTiming' | 'insecureDev'
>): { clock: Required<Clock>; report: Report; tracing: Tracing } {
  const clock = completeClock(options.clock)
  const observe = telemetry && ((event: BrokerEvent) => telemetry.observe(event))
  return {
    clock,
    report: createReport(logger, onEvent, observe),
    tracing: createTracing({ telemetry, clock, isTimed: serverTiming ?? insecureDev }),
  }
}

interface RouteParts {
  answerTokens: TokenRoute
  answerRevoke: RevokeRoute
  answerProxied: ProxyRoute
  answerOperation?: OperationRoute
  rules: readonly ProxyRule[]
  isDraining: () => boolean
}

function routesOf(parts: RouteParts): Route[] {
  const { answerTokens, answerRevoke, answerProxied, answerOperation, rules, isDraining } = parts
  const unlessDraining =
    (answer: TokenRoute): TokenRoute =>
    async (request, exchange) => {
      if (isDraining()) throw drainingError()
      return answer(request, exchange)
    }
  const posted = {
    methods: ['POST'],
    requestHeaders: ['Accept', 'Content-Type', 'Traceparent'],
  }
  // The methods of all audiences, since a preflight has no login and must not tell which of them exist.
  const proxy: Route = {
    name: 'proxy',
    hasPaths: true,
    methods: methodsOfAll(rules),
    requestHeaders: REQUEST_HEADERS,
    answer: unlessDraining(answerProxied),
  }
  const health = { methods: ['GET', 'HEAD'], requestHeaders: [] }
  return [
    { ...posted, name: 'tokens', answer: unlessDraining(answerTokens) },
    { ...posted, name: 'revoke', answer: unlessDraining(answerRevoke) },
    ...(rules.length > 0 ? [proxy] : []),
    ...(answerOperation
      ? [{ ...posted, name: 'x', hasPaths: true, answer: unlessDraining(answerOperation) }]
      : []),
    {
      ...health,
      name: 'healthz',
      answer: (_, exchange) => ({ reply: answerHealth(exchange), facts: {} }),
    },
    {
      ...health,
      name: 'readyz',
      answer: (_, exchange) => ({
        reply: answerReadiness(exchange, isDraining()),
        facts: {},
      }),
    },
  ]
}

/** Stands in for the rules that `insecureDev` leaves out, loudly. */
function rulesOf<A extends Audiences, P extends Principal>(
  { authenticate, authorize }: BrokerOptions<A, P>,
  report: Report,
): AccessRules<P> {
  const missing = [!authenticate && 'authenticate', !authorize && 'authorize'].filter(
    (name) => name !== false,
  )
  if (missing.length > 0) report({ event: 'insecure-dev', missing })
  return {
    // Without `authenticate` nothing but `Principal` can have been inferred for P.
    authenticate: authenticate ?? (() => DEV_PRINCIPAL as P),
    authorize: authorize ?? (() => true),
  }
}
