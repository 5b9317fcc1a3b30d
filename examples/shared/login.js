/** The login of the examples: a signed cookie, so that each of them fits on a page. In your app: your own. */
import { readCookie } from '@valetkey/broker/auth'
import { jwtVerify, SignJWT } from 'jose'

// The same in all modules of one process, which some frameworks load more than once.
const key = () => (globalThis.exampleLoginKey ??= crypto.getRandomValues(new Uint8Array(32)))
const COOKIE = 'session'
const HOUR_S = 3600

/** The users, with what they may have. There are no passwords, since this is no login service. */
export const USERS = { ada: ['cards', 'records'], bob: ['cards'] }

/** The `Set-Cookie` of a fresh login, or `undefined` for a stranger. */
export async function signIn(name) {
  if (!Object.hasOwn(USERS, name)) return undefined
  const session = await new SignJWT({ sub: name, sid: crypto.randomUUID() })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime(`${HOUR_S} s`)
    .sign(key())
  // Over https: `__Host-session=…; Secure` besides. On http://localhost Safari would drop it.
  return `${COOKIE}=${session}; HttpOnly; SameSite=Strict; Path=/; Max-Age=${HOUR_S}`
}

/** For `authenticate`: who sent this request. */
export async function userOf(request) {
  const cookie = readCookie(request, COOKIE)
  if (!cookie) return null
  const verified = await jwtVerify(cookie, key(), { algorithms: ['HS256'] }).catch(() => undefined)
  if (!verified) return null
  const { sub, sid, exp } = verified.payload
  return { subject: sub, login: sid, expiresAt: exp * 1000, audiences: USERS[sub] ?? [] }
}
