/** Keeps the broker's decisions for the sessions they were made about. */
import type { BrokerEvent } from '@valetkey/broker'
import type { Session } from './session.ts'
import type { AuditEntry } from './session-view.ts'

export interface AuditLog {
  /** For the broker's `onEvent`. */
  note(event: BrokerEvent): void
  /** Says whose request it was, once it is answered; `undefined` for a stranger's. */
  assign(requestId: string | null, session: Session | undefined): void
  /** A session's decisions after the one with this id, newest first. */
  after(id: number, session: Session): readonly AuditEntry[]
}

/** The most that is kept of one session. */
const KEPT = 200
/** Requests that were decided and not answered yet, far more than can be under way. */
const MOST_PENDING = 2000

/** Creates an empty log. Events name no session that is ours, so a request's entries wait for its answer. */
export function createAuditLog(now: () => number = Date.now): AuditLog {
  const pending = new Map<string, AuditEntry[]>()
  // Gone with the session itself.
  const bySession = new WeakMap<Session, readonly AuditEntry[]>()
  let lastId = 0

  return {
    note(event) {
      if (event.event !== 'decision' || event.requestId === undefined) return
      const { event: _, requestId, session: __, ...decision } = event
      lastId += 1
      const entries = pending.get(requestId) ?? []
      entries.push({ id: lastId, at: now(), requestId, ...decision })
      pending.set(requestId, entries)
      const oldest = pending.keys().next().value
      if (pending.size > MOST_PENDING && oldest !== undefined) pending.delete(oldest)
    },
    assign(requestId, session) {
      const entries = requestId === null ? undefined : pending.get(requestId)
      if (requestId === null || !entries) return
      pending.delete(requestId)
      if (!session) return
      bySession.set(session, [...(bySession.get(session) ?? []), ...entries].slice(-KEPT))
    },
    after: (id, session) =>
      (bySession.get(session) ?? []).filter((entry) => entry.id > id).toReversed(),
  }
}
