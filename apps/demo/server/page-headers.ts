/** The headers of the page itself: a content security policy that names every origin the page calls. */
import type { MiddlewareHandler } from 'hono'

/** The policy for a page that may call its own origin and `origins`, the vaults. */
function contentSecurityPolicy(origins: readonly string[]): string {
  return [
    "default-src 'none'",
    // The secret-sharing library runs as WebAssembly.
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    "font-src 'self'",
    "img-src 'self' data:",
    ["connect-src 'self'", ...origins].join(' '),
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

/** Sets the security headers on everything the demo serves besides the broker. */
export function pageHeaders(vaultOrigins: readonly string[]): MiddlewareHandler {
  const policy = contentSecurityPolicy(vaultOrigins)
  return async (context, next) => {
    await next()
    context.header('Content-Security-Policy', policy)
    context.header('Cross-Origin-Opener-Policy', 'same-origin')
    context.header('Cross-Origin-Resource-Policy', 'same-origin')
    context.header('Permissions-Policy', 'camera=(), geolocation=(), microphone=(), payment=()')
    context.header('Referrer-Policy', 'no-referrer')
    context.header('X-Content-Type-Options', 'nosniff')
    context.header('X-Frame-Options', 'DENY')
  }
}
