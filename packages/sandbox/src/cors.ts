/** Decides which browser origins may call an emulated server. */
import type { MiddlewareHandler } from 'hono'
import { cors } from 'hono/cors'

/**
 * `open` reflects every origin. `vendor` admits the origins that the vendor's own servers are known to admit:
 * for SecretVault's seed-era nodes https origins at or under three domains, and `http://localhost:8081`; for
 * Skyflow `https://js.skyflow.com`. A list admits its members, `closed` nobody.
 */
export type CorsMode = 'open' | 'vendor' | 'closed' | readonly string[]

/** What a vendor's CORS answers look like. */
export interface CorsHabits {
  /** Whether the mode `vendor` admits an origin. */
  isVendorOrigin(origin: string): boolean
  methods(mode: CorsMode): string[]
  /** Request headers it admits. Without a list it reflects what was asked for. */
  allowHeaders?: string[]
  exposeHeaders?: string[]
}

const MAX_AGE_SECONDS = 3600

/** An origin that is not admitted gets a bare 204 to its preflight, and answers without CORS headers. */
export function corsFor(mode: CorsMode, habits: CorsHabits): MiddlewareHandler {
  const admitted = cors({
    origin: (origin) => origin,
    allowMethods: habits.methods(mode),
    maxAge: MAX_AGE_SECONDS,
    credentials: true,
    ...(habits.allowHeaders && { allowHeaders: habits.allowHeaders }),
    ...(habits.exposeHeaders && { exposeHeaders: habits.exposeHeaders }),
  })
  return async (context, next) => {
    const origin = context.req.header('origin')
    if (!origin) return next()
    if (isAdmitted(origin)) return admitted(context, next)
    return context.req.method === 'OPTIONS' ? context.body(null, 204) : next()
  }

  function isAdmitted(origin: string): boolean {
    if (mode === 'open' || mode === 'closed') return mode === 'open'
    return mode === 'vendor' ? habits.isVendorOrigin(origin) : mode.includes(origin)
  }
}
