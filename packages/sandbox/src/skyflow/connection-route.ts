/** An outbound connection: hands a request on with the values in place of its tokens, here to nobody but an echo. */
import type { Hono } from 'hono'
import { authenticateConnection } from './authentication.ts'
import type { SkyflowEnvironment, SkyflowState } from './environment.ts'
import { readJsonOrForm } from './request-body.ts'

export const CONNECTION_PATH = '/v1/gateway/outboundRoutes'

export function addConnectionRoute(app: Hono<SkyflowEnvironment>, state: SkyflowState): void {
  const path = `${CONNECTION_PATH}/*`
  app.use(path, authenticateConnection(state))
  app.all(path, async (context) => {
    context.get('access').require('detokenize')
    const hasBody = !['GET', 'DELETE'].includes(context.req.method)
    const body = hasBody ? await readJsonOrForm(context.req) : {}
    return context.json({ received: revealed(body, state) })
  })
}

function revealed(value: unknown, state: SkyflowState): unknown {
  if (typeof value === 'string') return state.store().valueOf(value)?.value ?? value
  if (Array.isArray(value)) return value.map((entry) => revealed(entry, state))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, entry]) => [name, revealed(entry, state)]),
  )
}
