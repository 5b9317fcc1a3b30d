/** What the demo's routes share. */
import type { AuditLog } from './audit-log.ts'
import type { MintCounter } from './mint-counter.ts'
import type { SessionStore } from './session.ts'
import type { SessionCookie } from './session-cookie.ts'
import type { Vaults } from './vaults.ts'

export interface DemoParts {
  sessions: SessionStore
  cookie: SessionCookie
  vaults: Vaults
  mints: MintCounter
  audit: AuditLog
  /** Origins the page may be served from. */
  origins: readonly string[]
}
