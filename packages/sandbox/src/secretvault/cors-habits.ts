/** What the CORS answers of SecretVault's nodes look like, in each era. */
import type { MiddlewareHandler } from 'hono'
import { type CorsHabits, type CorsMode, corsFor } from '../cors.ts'
import { isToday } from './eras.ts'

const VENDOR_DOMAINS = ['nillion.com', 'nillion.pub', 'fiftytwo.gg']
const VENDOR_LOCAL_ORIGIN = 'http://localhost:8081'
const ALLOW_HEADERS = ['Content-Type', 'Authorization']

const seedEra: CorsHabits = {
  allowHeaders: ALLOW_HEADERS,
  methods: () => ['GET', 'POST', 'DELETE'],
  isVendorOrigin(origin) {
    if (origin === VENDOR_LOCAL_ORIGIN) return true
    if (!origin.startsWith('https://')) return false
    const host = origin.slice('https://'.length)
    return VENDOR_DOMAINS.some((domain) => host === domain || host.endsWith(`.${domain}`))
  },
}

/** They admit every origin on purpose: the token decides. */
const today: CorsHabits = {
  allowHeaders: ALLOW_HEADERS,
  methods: () => ['GET', 'POST', 'PUT', 'DELETE'],
  isVendorOrigin: () => true,
}

/** Each path family has its era's habits; `/about` and `/health` have the stricter ones. */
export function secretVaultCors(mode: CorsMode): MiddlewareHandler {
  const ofSeedEra = corsFor(mode, seedEra)
  const ofToday = corsFor(mode, today)
  return async (context, next) => {
    if (!isToday(context.req.path)) return ofSeedEra(context, next)
    const answer = await ofToday(context, next)
    if (answer instanceof Response) context.res = answer
    // Measured: no `Vary`, and a type on the empty answer to a preflight.
    context.header('vary', undefined)
    if (context.req.method === 'OPTIONS')
      context.header('content-type', 'text/plain; charset=UTF-8')
  }
}
