/** Holds the state of every key, tells of its changes. */
import { type Listeners, tell } from './listeners.ts'
import { IDLE, type TokenSignals, type TokenState, transition } from './token-state.ts'
import { statusOf } from './token-status.ts'
import type { AccessToken, TokenStatus } from './types.ts'

/** One key: an audience, or a group's name, with a scope. Its times are the client's own. */
export interface Entry {
  readonly audience: string
  readonly scope: string | undefined
  readonly state: TokenState
  generation: number
  /** Failures in a row. */
  failures: number
  /** When the refreshes of a token that still served began to fail; infinite if they did not. */
  failingSince: number
  /** Number of the newest request whose answer was committed. */
  committed: number
  /** Settles when the request on its way for this key has been committed. Never rejects. */
  flight?: Promise<void> | undefined
  /** What callers without wishes of their own share while that request is on its way. */
  joint?: Promise<AccessToken> | undefined
  /** No mint that nothing forces before this. */
  spacedUntil: number
  /** No forced mint before this. */
  forcedUntil: number
  /** 401s pass through before this. */
  coolUntil: number
  /** After a clock jump or a failure: when to renew what is kept fresh. */
  renewAt: number
  usedAt?: number
}

export interface TokenStore {
  readonly entries: Map<string, Entry>
  /** Member audiences by group, as the broker last named them. */
  readonly groups: Map<string, readonly string[]>
  readonly statuses: Map<string, TokenStatus>
  readonly subscribers: Listeners<void>
  /** What changed in this microtask. */
  readonly dirty: Set<string>
}

const NEW_ENTRY = {
  state: IDLE,
  generation: 0,
  failures: 0,
  failingSince: Number.POSITIVE_INFINITY,
  committed: 0,
  spacedUntil: 0,
  forcedUntil: 0,
  coolUntil: 0,
  renewAt: 0,
}

export function entryOf(store: TokenStore, audience: string, scope?: string): Entry {
  const key = scope ? `${audience} ${scope}` : audience
  const known = store.entries.get(key)
  const entry = known ?? { ...NEW_ENTRY, audience, scope }
  if (!known) store.entries.set(key, entry)
  return entry
}

/** Entries of a group's members; none if it is no group that we know. */
export function memberEntries(store: TokenStore, { audience, scope }: Entry): Entry[] {
  return (store.groups.get(audience) ?? []).map((member) => entryOf(store, member, scope))
}

/** The group that a member belongs to. */
export function groupOf(store: TokenStore, audience: string): string | undefined {
  const [name = ''] = audience.split('/')
  return store.groups.get(name)?.includes(audience) ? name : undefined
}

export function apply<S extends keyof TokenSignals>(
  store: TokenStore,
  entry: Entry,
  ...signal: [S, ...TokenSignals[S]]
): void {
  const state = transition(entry.state, ...signal)
  if (state === entry.state) return
  ;(entry as { state: TokenState }).state = state
  touch(store, entry.audience)
}

export function setMembers(store: TokenStore, group: string, members: readonly string[]): void {
  store.groups.set(group, members)
  touch(store, group)
}

/** Computed where something changed in this microtask; else the snapshot that is kept. */
export function currentStatus(store: TokenStore, target: string): TokenStatus {
  const known = store.statuses.get(target)
  if (known && !store.dirty.size) return known
  const members = store.groups.get(target)
  const own = members?.map((one) => entryOf(store, one))
  const status = statusOf(own ?? [store.entries.get(target) ?? NEW_ENTRY], members, known)
  store.statuses.set(target, status)
  return status
}

/** Forgets every key and group; subscribers stay. */
export function clearStore(store: TokenStore): void {
  store.entries.clear()
  store.groups.clear()
  for (const target of store.statuses.keys()) touch(store, target)
}

/** Subscribers hear of a change once per microtask, when all that belongs to it is in place. */
function touch(store: TokenStore, target: string): void {
  const { dirty, statuses, subscribers } = store
  if (dirty.size === 0)
    queueMicrotask(() => {
      const targets = [...dirty]
      for (const one of targets) if (statuses.has(one)) currentStatus(store, one)
      dirty.clear()
      for (const one of targets) tell(subscribers, one, undefined)
    })
  dirty.add(target).add(groupOf(store, target) ?? target)
}
