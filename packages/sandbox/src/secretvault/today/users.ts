/** Keeps who owns which documents, with a log of what happened to them. */
import type { StoredRecord } from '../collection.ts'
import { documentNotFound } from './errors.ts'
import type { Acl } from './shapes.ts'

/** The member is called `collection`, yet most entries name the document: so on the real node. */
export interface LogEntry {
  op: 'create-data' | 'update-data' | 'delete-data' | 'grant-access' | 'revoke-access'
  collection: string
  acl?: Acl
  grantee?: string
}

export interface DocumentReference {
  builder: string
  collection: string
  document: string
}

export interface User {
  did: string
  _created: Date
  _updated: Date
  logs: LogEntry[]
  data: DocumentReference[]
}

export interface Users {
  find(did: string): User | undefined
  /** Notes documents that a user owns from now on. The first of them makes the user. */
  addData(did: string, data: readonly DocumentReference[], granted: { acl: Acl; now: Date }): void
  log(did: string, entries: readonly LogEntry[], now: Date): void
  /** Notes an update in the log of each owner among the records. */
  noteUpdate(records: readonly StoredRecord[], now: Date): void
  /** Takes the records from their owners. An owner of nothing is a user no longer. */
  noteRemoval(records: readonly StoredRecord[], now: Date): void
}

const MAX_LOGS = 1000

export function createUsers(users: Map<string, User>): Users {
  function log(did: string, entries: readonly LogEntry[], now: Date): void {
    const user = users.get(did)
    if (!user) return
    user.logs = [...user.logs, ...entries].slice(-MAX_LOGS)
    user._updated = now
  }

  return {
    find: (did) => users.get(did),
    addData(did, data, { acl, now }) {
      const user = users.get(did) ?? { did, _created: now, _updated: now, logs: [], data: [] }
      users.set(did, user)
      user.data.push(...data)
      const documents = data.map(({ document }) => document)
      const created = documents.map((document) => entry('create-data', document))
      const granted = documents.map((document) => ({ ...entry('grant-access', document), acl }))
      log(did, [...created, ...granted], now)
    },
    log,
    noteUpdate(records, now) {
      for (const [owner, ids] of idsByOwner(records))
        log(
          owner,
          ids.map((id) => entry('update-data', id)),
          now,
        )
    },
    noteRemoval(records, now) {
      for (const [owner, ids] of idsByOwner(records)) {
        log(
          owner,
          ids.map((id) => entry('delete-data', id)),
          now,
        )
        const user = users.get(owner)
        if (!user) continue
        user.data = user.data.filter(({ document }) => !ids.includes(document))
        if (user.data.length === 0) users.delete(owner)
      }
    },
  }
}

function entry(op: LogEntry['op'], collection: string): LogEntry {
  return { op, collection }
}

/** Records of standard collections have no owner. */
function idsByOwner(records: readonly StoredRecord[]): Map<string, string[]> {
  const ids = new Map<string, string[]>()
  for (const { _owner: owner, _id } of records)
    if (typeof owner === 'string') ids.set(owner, [...(ids.get(owner) ?? []), String(_id)])
  return ids
}

/** @throws 404 unless there is such a user. */
export function requireUser(users: Users, did: string): User {
  const user = users.find(did)
  if (!user) throw documentNotFound('users', { did })
  return user
}
