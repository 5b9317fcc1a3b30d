/** Breaks the broker for the session that asks, tells how it is broken. */
import { type Context, Hono } from 'hono'
import type { BrokerFault, BrokerFaults } from './broker-faults.ts'
import { bodyOf, refuse } from './json-body.ts'
import type { DemoParts } from './parts.ts'

export interface BrokerFaultView {
  fault: BrokerFault | null
}

/** Creates the routes, to be mounted at `/api/demo/broker-fault`. */
export function createBrokerFaultRoutes(
  { sessions, cookie }: Pick<DemoParts, 'sessions' | 'cookie'>,
  faults: BrokerFaults,
): Hono {
  const routes = new Hono()
  const sessionOf = (context: Context) => sessions.get(cookie.read(context.req.raw))

  routes.use(async (context, next) => {
    await next()
    context.header('Cache-Control', 'no-store')
  })

  routes.get('/', (context) => {
    const session = sessionOf(context)
    if (!session) return context.json({ error: 'invalid_session' }, 401)
    return context.json({ fault: faults.of(session) } satisfies BrokerFaultView)
  })

  routes.put('/', async (context) => {
    const session = sessionOf(context)
    if (!session) return context.json({ error: 'invalid_session' }, 401)
    const { fault } = await bodyOf(context)
    if (fault !== null && !faults.isKind(fault))
      return refuse(context, 'fault must be null, error, busy, slow or malformed')
    faults.set(session, fault)
    return context.json({ fault } satisfies BrokerFaultView)
  })

  return routes
}
