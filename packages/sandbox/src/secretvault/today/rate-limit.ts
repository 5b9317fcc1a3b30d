/** Limits how many requests a minute one address may send. */
import type { MiddlewareHandler } from 'hono'
import type { NodeState } from '../environment.ts'
import { plainText } from '../plain-text.ts'

const WINDOW_SECONDS = 60

/** A fixed window for each address, with the headers of the IETF's sixth draft. Off unless a fault sets a limit. */
export function limitRate({ conditions }: NodeState): MiddlewareHandler {
  const windows = new Map<string, { endsAtMs: number; used: number }>()
  return async (context, next) => {
    const { rateLimit: limit } = conditions.settings()
    if (limit === undefined) return next()
    const nowMs = conditions.now()
    const address = context.req.header('x-forwarded-for')?.split(',')[0]?.trim() ?? ''
    const known = windows.get(address)
    const isOpen = known !== undefined && nowMs < known.endsAtMs
    const window = isOpen ? known : { endsAtMs: nowMs + WINDOW_SECONDS * 1000, used: 0 }
    windows.set(address, window)
    window.used += 1
    const resetSeconds = String(Math.ceil((window.endsAtMs - nowMs) / 1000))
    if (window.used <= limit) await next()
    else context.res = plainText('Too Many Requests', 429)
    const { headers } = context.res
    if (window.used > limit) headers.set('Retry-After', resetSeconds)
    headers.set('RateLimit-Policy', `${limit};w=${WINDOW_SECONDS}`)
    headers.set('RateLimit-Limit', String(limit))
    headers.set('RateLimit-Remaining', String(Math.max(0, limit - window.used)))
    headers.set('RateLimit-Reset', resetSeconds)
  }
}
