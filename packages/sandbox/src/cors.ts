/** Decides which browser origins may call an emulated server. */
import type { MiddlewareHandler } from 'hono'
import { cors } from 'hono/cors'

/**
 * `open` reflects every origin, as SecretVault's nodes do today. `vendor` admits what the seed-era nodes
 * admitted: https origins at or under three domains, and `http://localhost:8081`. A list admits its members.
 */
export type CorsMode = 'open' | 'vendor' | readonly string[]

const VENDOR_DOMAINS = ['nillion.com', 'nillion.pub', 'fiftytwo.gg']
const VENDOR_LOCAL_ORIGIN = 'http://localhost:8081'
const METHODS = ['GET', 'POST', 'PUT', 'DELETE']
const MAX_AGE_SECONDS = 3600

/** An origin that is not admitted gets a bare 204 to its preflight, and answers without CORS headers. */
export function corsFor(mode: CorsMode): MiddlewareHandler {
  const admitted = cors({
    origin: (origin) => origin,
    allowHeaders: ['Content-Type', 'Authorization'],
    allowMethods: mode === 'vendor' ? METHODS.filter((method) => method !== 'PUT') : METHODS,
    maxAge: MAX_AGE_SECONDS,
    credentials: true,
  })
  return async (context, next) => {
    const origin = context.req.header('origin')
    if (!origin) return next()
    if (isAdmitted(mode, origin)) return admitted(context, next)
    return context.req.method === 'OPTIONS' ? context.body(null, 204) : next()
  }
}

function isAdmitted(mode: CorsMode, origin: string): boolean {
  if (mode === 'open') return true
  if (mode !== 'vendor') return mode.includes(origin)
  if (origin === VENDOR_LOCAL_ORIGIN) return true
  if (!origin.startsWith('https://')) return false
  const host = origin.slice('https://'.length)
  return VENDOR_DOMAINS.some((domain) => host === domain || host.endsWith(`.${domain}`))
}
