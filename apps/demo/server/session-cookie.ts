/** The session cookie: its name, its attributes, how it is read. */
import { type CookieOptions, parse, serialize } from 'hono/utils/cookie'

export interface SessionCookie {
  read(request: Request): string | undefined
  /** The `Set-Cookie` value that signs the sender of `request` in. */
  issue(request: Request, sessionId: string, maxAgeSeconds: number): string
  /** The `Set-Cookie` value that signs the sender of `request` out. */
  clear(request: Request): string
}

const FIXED = { path: '/', httpOnly: true, sameSite: 'Strict' } satisfies CookieOptions

/**
 * On https the cookie is `__Host-` and `Secure`. On http it has a plain name and no `Secure`, since
 * Safari drops a `Secure` cookie on `http://localhost`.
 *
 * @param label Keeps demos on several ports apart, for cookies do not know ports.
 */
export function createSessionCookie(label: string): SessionCookie {
  const plain = `valetkey-demo-${label}`
  const hosted = `__Host-${plain}`

  function write(request: Request, value: string, maxAge: number): string {
    return isHttps(request)
      ? serialize(hosted as '__Host-', value, { ...FIXED, path: '/', secure: true, maxAge })
      : serialize(plain, value, { ...FIXED, maxAge })
  }

  return {
    read(request) {
      const cookies = parse(request.headers.get('cookie') ?? '')
      return cookies[hosted] ?? cookies[plain]
    },
    issue: write,
    clear: (request) => write(request, '', 0),
  }
}

// A TLS proxy may stand in front, so the address this server sees says nothing; browsers name the
// page's own scheme in Origin, which no page can forge.
function isHttps(request: Request): boolean {
  return request.headers.get('origin')?.startsWith('https:') ?? false
}
