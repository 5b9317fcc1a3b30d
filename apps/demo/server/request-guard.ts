/** Keeps strangers' pages from acting for a signed-in user: the origin check of the demo's own routes. */
import type { MiddlewareHandler } from 'hono'

const SAFE_METHODS = new Set(['GET', 'HEAD'])

/** Refuses state-changing requests that do not come from the demo's own page. */
export function requireOwnPage(origins: readonly string[]): MiddlewareHandler {
  return async (context, next) => {
    if (!SAFE_METHODS.has(context.req.method) && !isOwnPage(context.req.raw.headers, origins))
      return context.json({ error: 'csrf_rejected' }, 403)
    return next()
  }
}

/** True for a request that the demo's page sent; neither header is within a page's reach. */
export function isOwnPage(headers: Headers, origins: readonly string[]): boolean {
  const origin = headers.get('origin')
  const site = headers.get('sec-fetch-site')
  if (site !== null && site !== 'same-origin') return false
  return site === 'same-origin' || (origin !== null && origins.includes(origin))
}
