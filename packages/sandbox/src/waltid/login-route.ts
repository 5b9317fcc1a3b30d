/** Signs an administrator in with e-mail and password. */
import { randomUUID } from 'node:crypto'
import type { Hono } from 'hono'
import { readObject, readText, type WaltidEnvironment, type WaltidState } from './environment.ts'
import { wrongLogin } from './errors.ts'

export function addLoginRoute(app: Hono<WaltidEnvironment>, state: WaltidState): void {
  app.post('/auth/account/emailpass', async (context) => {
    const body = await readObject(context)
    const { email, password, lifetimeMs } = state.login
    if (readText(body, 'email') !== email || readText(body, 'password') !== password)
      throw wrongLogin()
    const session = randomUUID()
    const subject = `account-${email}`
    const expiresAtMs = state.conditions.now() + lifetimeMs
    state.store().logins.set(session, { subject, expiresAtMs })
    return context.json({
      session_id: session,
      status: 'SUCCESS',
      token: state.tokens.issue(subject, session, expiresAtMs),
      expiration: new Date(expiresAtMs).toISOString(),
    })
  })
}
