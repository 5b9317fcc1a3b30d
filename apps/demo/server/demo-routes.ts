/** The demo's own routes: the session, the lifetime slider, the counters, the audit log, the failure bench. */
import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { bodyOf, refuse } from './json-body.ts'
import type { DemoParts } from './parts.ts'
import { LIFETIME_MS } from './session.ts'
import { createSessionRoutes } from './session-routes.ts'
import type { StatsView } from './session-view.ts'
import { viewOf } from './view-of.ts'

const MAX_BODY_BYTES = 4096

/** Creates the routes, to be mounted at `/api/demo`. */
export function createDemoRoutes(parts: DemoParts): Hono {
  const { sessions, cookie, vaults, mints, audit } = parts
  const routes = new Hono()
  const sessionOf = (context: Context) => sessions.get(cookie.read(context.req.raw))

  routes.use(bodyLimit({ maxSize: MAX_BODY_BYTES }), async (context, next) => {
    await next()
    context.header('Cache-Control', 'no-store')
    context.header('X-Content-Type-Options', 'nosniff')
  })
  routes.route('/session', createSessionRoutes(parts))

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
    if (!sessionOf(context)) return context.json({ error: 'invalid_session' }, 401)
    const walletKeysForAll = mints.count(vaults.wallet.minter.name)
    return context.json({ mintedForAll: mints.count(), walletKeysForAll } satisfies StatsView)
  })

  routes.get('/audit', (context) => {
    const session = sessionOf(context)
    if (!session) return context.json({ error: 'invalid_session' }, 401)
    const after = Number(context.req.query('after') ?? 0)
    return context.json(audit.after(after, session))
  })

  routes.post('/faults', async (context) => {
    const session = sessionOf(context)
    if (session?.user.grant !== 'group') return context.json({ error: 'forbidden' }, 403)
    const { vault, fault } = await bodyOf(context)
    if (!vaults.faults.isKnown(vault) || !vaults.faults.isKind(fault))
      return refuse(context, 'vault must be an emulated one, fault one of down, up, revoke')
    vaults.faults.set(vault, fault)
    return context.json(viewOf(session, vaults))
  })

  return routes
}

function isLifetime(value: unknown): value is number {
  if (typeof value !== 'number' || !Number.isInteger(value)) return false
  return value >= LIFETIME_MS.least && value <= LIFETIME_MS.most
}
