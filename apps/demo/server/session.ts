/** Sessions of signed-in users: opaque random ids, kept in memory for as long as the process lives. */
import { randomBytes } from 'node:crypto'
import { type DemoUser, USERS } from './users.ts'

export interface Session {
  /** Random and unguessable; the cookie's whole content. */
  readonly id: string
  /** Random too, and not secret: tells this login from the user's other ones. */
  readonly login: string
  readonly user: DemoUser
  readonly expiresAt: number
  /** Longest life of a token given to this session. */
  lifetimeMs: number
}

export interface SessionStore {
  create(userId: string): Session | undefined
  get(id: string | undefined): Session | undefined
  delete(id: string): void
}

const SESSION_MS = 8 * 60 * 60 * 1000
const MAX_SESSIONS = 1000

export const LIFETIME_MS = { least: 10_000, most: 300_000, atFirst: 10_000 } as const

/** Creates an empty store. The oldest sessions give way when it is full. */
export function createSessionStore(now: () => number = Date.now): SessionStore {
  const sessions = new Map<string, Session>()

  return {
    create(userId) {
      const user = USERS.find(({ id }) => id === userId)
      if (!user) return undefined
      const session: Session = {
        id: randomBytes(32).toString('base64url'),
        login: randomBytes(12).toString('base64url'),
        user,
        expiresAt: now() + SESSION_MS,
        lifetimeMs: LIFETIME_MS.atFirst,
      }
      const oldest = sessions.keys().next().value
      if (sessions.size >= MAX_SESSIONS && oldest !== undefined) sessions.delete(oldest)
      sessions.set(session.id, session)
      return session
    },
    get(id) {
      const session = id === undefined ? undefined : sessions.get(id)
      if (!session || session.expiresAt > now()) return session
      sessions.delete(session.id)
      return undefined
    },
    delete: (id) => void sessions.delete(id),
  }
}
