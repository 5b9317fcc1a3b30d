/** Turns requests away while a node is in maintenance, or brings its database up to date. */
import type { MiddlewareHandler } from 'hono'
import type { NodeState } from '../environment.ts'
import { instantText } from '../instant.ts'

/** By prefix, as on the real node. */
const ALWAYS_OPEN = ['/about', '/health', '/v1/system/maintenance/']

export function checkAvailability({ conditions }: NodeState): MiddlewareHandler {
  return async (context, next) => {
    const { maintenance, migrating } = conditions.settings()
    const { path } = context.req
    if (migrating && path !== '/health')
      return context.json({ error: 'Service not ready, migrations in progress' }, 503)
    if (!maintenance || ALWAYS_OPEN.some((prefix) => path.startsWith(prefix))) return next()
    const ts = instantText(conditions.now())
    return context.json({ ts, errors: ['Node is in maintenance'] }, 503)
  }
}
