/** Holds the state of every key, with snapshots that keep their identity until what they show changes. */
import type { Instant, Span } from './expiry.ts'
import { groupStatus, IDLE_STATUS, sameStatus, tokenStatus } from './token-status.ts'
import { IDLE, type TokenSignal, type TokenState, transition } from './token-state.ts'
import type { TokenStatus } from './types.ts'

/** One key: an audience, or a group's name, with a scope. */
export interface Entry {
  readonly key: string
  readonly audience: string
  readonly scope: string | undefined
  readonly state: TokenState
  /** Settles when the request on its way for this key has been committed. Never rejects. */
  flight: Promise<void> | undefined
  /** Number of the newest request whose answer was committed. */
  committed: number
  generation: number
  /** No mint that nothing forces before this is over. */
  spacing: Span | undefined
  /** No forced mint before this is over. */
  forcedSpacing: Span | undefined
  /** 401s pass through. */
  coolDown: Span | undefined
  /** After a clock jump: when to renew what is kept fresh. */
  spread: Span | undefined
  lastUsed: Instant | undefined
}

export interface TokenStore {
  entry(audience: string, scope: string | undefined): Entry
  entries(): Iterable<Entry>
  apply(entry: Entry, signal: TokenSignal): void
  /** Member audiences of a group, as the broker last named them. */
  members(group: string): readonly string[] | undefined
  setMembers(group: string, members: readonly string[]): void
  /** The group that a member belongs to. */
  groupOf(audience: string): string | undefined
  status(target: string): TokenStatus
  subscribe(target: string, listener: () => void): () => void
  /** Forgets every key and group; listeners stay. */
  clear(): void
}

type MutableEntry = { -readonly [K in keyof Entry]: Entry[K] }

interface Cells {
  readonly entries: Map<string, MutableEntry>
  readonly groups: Map<string, readonly string[]>
  readonly statuses: Map<string, TokenStatus>
  readonly listeners: Map<string, Set<() => void>>
  readonly dirty: Set<string>
}

/** Creates an empty store. */
export function createTokenStore(): TokenStore {
  const cells: Cells = {
    entries: new Map(),
    groups: new Map(),
    statuses: new Map(),
    listeners: new Map(),
    dirty: new Set(),
  }
  return {
    entry: (audience, scope) => entryOf(cells, audience, scope),
    entries: () => cells.entries.values(),
    apply(entry, signal) {
      const state = transition(entry.state, signal)
      if (state === entry.state) return
      ;(entry as MutableEntry).state = state
      if (entry.scope === undefined) touch(cells, entry.audience)
    },
    members: (group) => cells.groups.get(group),
    setMembers(group, members) {
      const known = cells.groups.get(group)
      if (known?.length === members.length && known.every((one, at) => one === members[at])) return
      cells.groups.set(group, Object.freeze([...members]))
      touch(cells, group)
    },
    groupOf: (audience) => groupOf(cells, audience),
    status: (target) => statusOf(cells, target),
    subscribe: (target, listener) => subscribe(cells, target, listener),
    clear() {
      const targets = [...cells.statuses.keys()]
      cells.entries.clear()
      cells.groups.clear()
      for (const target of targets) touch(cells, target)
    },
  }
}

function entryOf(cells: Cells, audience: string, scope: string | undefined): Entry {
  const key = scope === undefined ? audience : `${audience} ${scope}`
  const known = cells.entries.get(key)
  if (known) return known
  const entry: MutableEntry = {
    key,
    audience,
    scope,
    state: IDLE,
    flight: undefined,
    committed: 0,
    generation: 0,
    spacing: undefined,
    forcedSpacing: undefined,
    coolDown: undefined,
    spread: undefined,
    lastUsed: undefined,
  }
  cells.entries.set(key, entry)
  return entry
}

function groupOf({ groups }: Cells, audience: string): string | undefined {
  const [name = ''] = audience.split('/')
  return groups.get(name)?.includes(audience) ? name : undefined
}

function statusOf(cells: Cells, target: string): TokenStatus {
  const members = cells.groups.get(target)
  const stateOf = (audience: string) => cells.entries.get(audience)
  const next = members ? groupStatus(members.map(stateOf), members) : tokenStatus(stateOf(target))
  const known = cells.statuses.get(target) ?? IDLE_STATUS
  if (sameStatus(known, next)) return known
  cells.statuses.set(target, next)
  return next
}

/** Listeners hear of a change once per microtask, when all that belongs to it is in place. */
function touch(cells: Cells, audience: string): void {
  if (cells.dirty.size === 0) queueMicrotask(() => tell(cells))
  cells.dirty.add(audience)
  const group = groupOf(cells, audience)
  if (group) cells.dirty.add(group)
}

function tell(cells: Cells): void {
  const targets = [...cells.dirty]
  cells.dirty.clear()
  for (const target of targets)
    for (const listener of Array.from(cells.listeners.get(target) ?? [])) {
      try {
        listener()
      } catch (error) {
        // Shown as uncaught, where the app's own error reporting sees it.
        queueMicrotask(() => {
          throw error
        })
      }
    }
}

function subscribe({ listeners }: Cells, target: string, listener: () => void): () => void {
  const set = listeners.get(target) ?? new Set()
  // A listener of its own for each subscription: the same function may subscribe twice.
  const own = () => listener()
  listeners.set(target, set.add(own))
  return () => {
    set.delete(own)
    if (set.size === 0 && listeners.get(target) === set) listeners.delete(target)
  }
}
