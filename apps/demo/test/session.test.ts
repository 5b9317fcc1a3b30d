/** Sessions and the cookie that names them. */
import { describe, expect, it } from 'vitest'
import { createSessionStore } from '../server/session.ts'
import { createSessionCookie } from '../server/session-cookie.ts'

const HOUR = 3_600_000

describe('createSessionStore', () => {
  it('gives every sign-in an id and a login of its own', () => {
    const sessions = createSessionStore()
    const first = sessions.create('ada')
    const second = sessions.create('ada')
    expect(first?.id).toMatch(/^[\w-]{43}$/)
    expect(second?.id).not.toBe(first?.id)
    expect(second?.login).not.toBe(first?.login)
    expect(first?.login).not.toBe(first?.id)
  })

  it('knows nobody but the demo users', () => {
    expect(createSessionStore().create('mallory')).toBeUndefined()
  })

  it('forgets a session when its time is over, and when told to', () => {
    let now = 0
    const sessions = createSessionStore(() => now)
    const id = sessions.create('ada')?.id
    const other = sessions.create('ben')?.id
    now = 8 * HOUR - 1
    expect(sessions.get(id)?.user.id).toBe('ada')
    sessions.delete(other ?? '')
    expect(sessions.get(other)).toBeUndefined()
    now = 8 * HOUR
    expect(sessions.get(id)).toBeUndefined()
  })

  it('lets the oldest go rather than grow without end', () => {
    const sessions = createSessionStore()
    const first = sessions.create('ada')?.id
    for (let count = 0; count < 999; count += 1) sessions.create('eve')
    expect(sessions.get(first)).toBeDefined()
    sessions.create('eve')
    expect(sessions.get(first)).toBeUndefined()
  })
})

describe('createSessionCookie', () => {
  const cookie = createSessionCookie('4173')
  const from = (origin: string, value?: string) =>
    new Request('http://127.0.0.1/', {
      headers: { origin, ...(value !== undefined && { cookie: value }) },
    })

  it('has a plain name and no Secure on http, so that Safari keeps it on localhost', () => {
    const written = cookie.issue(from('http://localhost:4173'), 'abc', 60)
    expect(written).toBe('valetkey-demo-4173=abc; Max-Age=60; Path=/; HttpOnly; SameSite=Strict')
  })

  it('is __Host- and Secure on https', () => {
    const written = cookie.issue(from('https://demo.example'), 'abc', 60)
    expect(written).toMatch(/^__Host-valetkey-demo-4173=abc; /)
    expect(written).toMatch(/; Secure/)
    expect(written).toMatch(/; HttpOnly; /)
    expect(written).not.toMatch(/Domain/)
  })

  it('reads back what it wrote, and not the cookie of a demo on another port', () => {
    expect(cookie.read(from('http://localhost', 'valetkey-demo-4173=abc'))).toBe('abc')
    expect(cookie.read(from('http://localhost', '__Host-valetkey-demo-4173=abc'))).toBe('abc')
    expect(cookie.read(from('http://localhost', 'valetkey-demo-4174=abc'))).toBeUndefined()
  })
})
