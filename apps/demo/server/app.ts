/** Puts the server's routes together: the broker beside the demo's own. */
import { Hono } from 'hono'
import { createDemoBroker } from './broker.ts'
import { createBrokerFaultRoutes } from './broker-fault-routes.ts'
import { createBrokerFaults } from './broker-faults.ts'
import { createDemoRoutes } from './demo-routes.ts'
import type { DemoParts } from './parts.ts'
import { requireOwnPage } from './request-guard.ts'

/** Creates everything below `/api`. */
export function createApi(parts: DemoParts): Hono {
  const api = new Hono()
  const broker = createDemoBroker(parts)
  const faults = createBrokerFaults()
  api.use('/api/broker/tokens', async ({ req: { raw } }, next) => {
    const answer = await faults.answerFor(parts.sessions.get(parts.cookie.read(raw)))
    return answer ?? next()
  })
  api.all('/api/broker/*', async ({ req: { raw } }) => {
    const session = parts.sessions.get(parts.cookie.read(raw))
    const response = await broker.fetch(raw)
    parts.audit.assign(response.headers.get('x-request-id'), session)
    return response
  })
  api.use('/api/demo/*', requireOwnPage(parts.origins))
  api.route('/api/demo/broker-fault', createBrokerFaultRoutes(parts, faults))
  api.route('/api/demo', createDemoRoutes(parts))
  return api
}
