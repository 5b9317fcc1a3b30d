/** The demo's own routes: signing in and out, the lifetime slider, the counters, the failure row. */
import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { DemoParts } from './parts.ts'
import { LIFETIME_MS, type Session } from './session.ts'
import type { SessionView, StatsView } from './session-view.ts'
import { type DemoUser, type Grant, isGranted, USERS } from './users.ts'
import { RECORDS, type Vaults } from './vaults.ts'

const MAX_BODY_BYTES = 4096

/** Creates the routes, to be mounted below `/api/demo`. */
export function createDemoRoutes({ sessions, cookie, vaults, mints }: DemoParts): Hono {
  const routes = new Hono()
  const limit = bodyLimit({ maxSize: MAX_BODY_BYTES })
  const sessionOf = (context: Context) => sessions.get(cookie.read(context.req.raw))

  routes.use(limit, async (context, next) => {
    await next()
    context.header('Cache-Control', 'no-store')
    context.header('X-Content-Type-Options', 'nosniff')
  })

  routes.get('/session', (context) => context.json(viewOf(sessionOf(context), vaults)))

  routes.post('/session', async (context) => {
    const { user } = await bodyOf(context)
    const session = typeof user === 'string' ? sessions.create(user) : undefined
    if (!session)
      return refuse(context, `user must be one of ${USERS.map(({ id }) => id).join(', ')}`)
    const former = sessionOf(context)
    if (former) sessions.delete(former.id)
    const maxAgeSeconds = Math.floor((session.expiresAt - Date.now()) / 1000)
    context.header('Set-Cookie', cookie.issue(context.req.raw, session.id, maxAgeSeconds))
    return context.json(viewOf(session, vaults))
  })

  routes.delete('/session', (context) => {
    const session = sessionOf(context)
    if (session) sessions.delete(session.id)
    context.header('Set-Cookie', cookie.clear(context.req.raw))
    return context.json(viewOf(undefined, vaults))
  })

  routes.put('/lifetime', async (context) => {
    const session = sessionOf(context)
    if (!session) return context.json({ error: 'invalid_session' }, 401)
    const { lifetimeMs } = await bodyOf(context)
    if (!isLifetime(lifetimeMs))
      return refuse(context, `lifetimeMs must be from ${LIFETIME_MS.least} to ${LIFETIME_MS.most}`)
    session.lifetimeMs = lifetimeMs
    return context.json(viewOf(session, vaults))
  })

  routes.get('/stats', (context) => {
    const session = sessionOf(context)
    if (!session) return context.json({ error: 'invalid_session' }, 401)
    return context.json({ mintedForAll: mints.count() } satisfies StatsView)
  })

  routes.post('/faults', async (context) => {
    const session = sessionOf(context)
    if (session?.user.grant !== 'group') return context.json({ error: 'forbidden' }, 403)
    if (!vaults.faults) return refuse(context, 'faults need emulated nodes')
    const { node, fault } = await bodyOf(context)
    const did = vaults.nodes.find((known) => known.did === node)?.did
    if (!did || !vaults.faults.isKind(fault)) return refuse(context, 'unknown node or fault')
    vaults.faults.set(did, fault)
    return context.json(viewOf(session, vaults))
  })

  return routes
}

function viewOf(session: Session | undefined, vaults: Vaults): SessionView {
  const group = { name: RECORDS, members: vaults.nodes.map(({ did }) => did) }
  const mayCall = (grant: Grant, did: string) => isGranted(grant, `${RECORDS}/${did}`, group)
  return {
    user: session ? userView(session.user) : null,
    lifetimeMs: session?.lifetimeMs ?? LIFETIME_MS.atFirst,
    isEmulated: vaults.faults !== undefined,
    nodes: vaults.nodes.map(({ did, url }) => ({
      did,
      url,
      audience: `${RECORDS}/${did}`,
      isGranted: mayCall(session?.user.grant ?? [], did),
      isDown: vaults.faults?.isDown(did) ?? false,
    })),
    users: USERS.map(({ id, name, role, grant }) => ({
      id,
      name,
      role,
      grantedNodes: group.members.map((did) => mayCall(grant, did)),
    })),
  }
}

function userView({ id, name, role, grant }: DemoUser): NonNullable<SessionView['user']> {
  return { id, name, role, holdsGroup: grant === 'group' }
}

async function bodyOf(context: Context): Promise<Record<string, unknown>> {
  const isJson = context.req.header('content-type')?.startsWith('application/json')
  const body: unknown = isJson ? await context.req.json().catch(() => undefined) : undefined
  return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {}
}

function refuse(context: Context, description: string): Response {
  return context.json({ error: 'invalid_request', error_description: description }, 400)
}

function isLifetime(value: unknown): value is number {
  return (
    Number.isInteger(value) &&
    Number(value) >= LIFETIME_MS.least &&
    Number(value) <= LIFETIME_MS.most
  )
}
