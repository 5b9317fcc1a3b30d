/** Signing in and out. */
import { Hono } from 'hono'
import { bodyOf, refuse } from './json-body.ts'
import type { DemoParts } from './parts.ts'
import { USERS } from './users.ts'
import { viewOf } from './view-of.ts'

/** Creates the routes, to be mounted at `/api/demo/session`. */
export function createSessionRoutes({ sessions, cookie, vaults }: DemoParts): Hono {
  const routes = new Hono()
  const sessionOf = (request: Request) => sessions.get(cookie.read(request))

  routes.get('/', (context) => context.json(viewOf(sessionOf(context.req.raw), vaults)))

  routes.post('/', async (context) => {
    const { user } = await bodyOf(context)
    const session = typeof user === 'string' ? sessions.create(user) : undefined
    if (!session) return refuse(context, `user must be one of ${namesOfUsers()}`)
    const former = sessionOf(context.req.raw)
    if (former) sessions.delete(former.id)
    const maxAgeSeconds = Math.floor((session.expiresAt - Date.now()) / 1000)
    context.header('Set-Cookie', cookie.issue(context.req.raw, session.id, maxAgeSeconds))
    return context.json(viewOf(session, vaults))
  })

  routes.delete('/', (context) => {
    const session = sessionOf(context.req.raw)
    if (session) sessions.delete(session.id)
    context.header('Set-Cookie', cookie.clear(context.req.raw))
    return context.json(viewOf(undefined, vaults))
  })

  return routes
}

function namesOfUsers(): string {
  return USERS.map(({ id }) => id).join(', ')
}
