/** The routes under `/_sandbox` by which tests and the demo page steer an emulated server. */
import { Hono } from 'hono'
import { cors } from 'hono/cors'
import { FaultShapeError } from './fault-shape.ts'
import type { FaultBoard } from './faults.ts'
import type { RequestLog } from './request-log.ts'

const NO_SUCH_ROUTE =
  'No such route. There are /_sandbox/faults (GET, POST, DELETE), /_sandbox/requests (GET, DELETE) and /_sandbox/reset (POST)'

export interface Controlled {
  faults: FaultBoard
  log: RequestLog
  /** Puts the server back to how it started: data, faults, counts. */
  reset: () => void
}

/** They answer every origin whatever the CORS mode, and no fault touches them. */
export function createControlRoutes({ faults, log, reset }: Controlled): Hono {
  const routes = new Hono()
  routes.use(cors({ allowMethods: ['GET', 'POST', 'DELETE'], allowHeaders: ['Content-Type'] }))

  routes.get('/faults', (context) => context.json(faults.report()))
  routes.post('/faults', async (context) => {
    faults.add(await readJson(context.req))
    return context.json(faults.report())
  })
  routes.delete('/faults', (context) => {
    faults.clear()
    return context.body(null, 204)
  })

  routes.get('/requests', (context) => context.json(log.report()))
  routes.delete('/requests', (context) => {
    log.clear()
    return context.body(null, 204)
  })

  routes.post('/reset', (context) => {
    reset()
    return context.body(null, 204)
  })

  routes.all('*', (context) => context.json({ error: NO_SUCH_ROUTE }, 404))

  routes.onError((error, context) => {
    if (error instanceof FaultShapeError) return context.json({ error: error.message }, 400)
    throw error
  })
  return routes
}

async function readJson(request: { json(): Promise<unknown> }): Promise<unknown> {
  try {
    return await request.json()
  } catch {
    throw new FaultShapeError('The body is not JSON')
  }
}
