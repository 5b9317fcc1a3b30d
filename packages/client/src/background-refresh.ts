/** Refreshes what somebody keeps fresh or used lately, without anybody asking. */
import { look } from './expiry.ts'
import { interestMs, MAX_SLEEP_MS, MIN_SLEEP_MS, SHORT_LIFETIME_MS } from './refresh-policy.ts'
import type { Core } from './token-core.ts'
import { pausedMs, startFlight, unitOf } from './token-flights.ts'
import { isLive, isServing } from './token-state.ts'
import { apply, type Entry, entryOf, memberEntries } from './token-store.ts'

export interface BackgroundRefresh {
  /** Starts what is due now, sets the timer for what comes next. `used`: a user is at it, hidden tab or not. */
  run(used?: boolean): void
  /** Runs once in this microtask. */
  schedule(): void
  /** Keeps an audience or a group fresh until the returned function is called. */
  keep(target: string): () => void
}

const NEVER = Number.POSITIVE_INFINITY

/** Creates the background work of one client: one timer, never longer than a minute. */
export function createBackgroundRefresh(core: Core): BackgroundRefresh {
  const keepers = new Set<{ readonly target: string }>()
  let scheduled = false
  let cancel = () => {}

  function run(used = false): void {
    cancel()
    if (core.end.signal.aborted) return
    const awake = core.keepInBackground || !core.wakeSignals.hidden()
    const nextMs = sweep(core, keepers, { used, starts: used || awake })
    if (awake && nextMs < NEVER)
      cancel = core.clock.after(Math.min(Math.max(nextMs, MIN_SLEEP_MS), MAX_SLEEP_MS), run)
  }

  return {
    run,
    schedule() {
      if (!scheduled)
        queueMicrotask(() => {
          scheduled = false
          run()
        })
      scheduled = true
    },
    keep(target) {
      const keeper = { target }
      keepers.add(keeper)
      run()
      return () => void keepers.delete(keeper)
    },
  }
}

/** Looks at every key, starts what is due. Returns the milliseconds until the next look. */
function sweep(
  core: Core,
  keepers: Iterable<{ readonly target: string }>,
  { used, starts }: { used: boolean; starts: boolean },
): number {
  const now = look(core)
  const kept = new Set<Entry>()
  for (const { target } of keepers) {
    const entry = entryOf(core, target)
    entry.usedAt = now
    for (const one of [entry, ...memberEntries(core, entry)]) kept.add(one)
  }
  const entries = [...core.entries.values()]
  for (const entry of entries) apply(core, entry, 'look', now)
  const dueMs = (entry: Entry) => dueInMs(core, entry, { now, kept: kept.has(entry) })
  const due = entries.filter((entry) => starts && dueMs(entry) <= 0)
  const along = entries.filter((entry) => due.length > 0 && goesAlong(entry, now))
  for (const entry of [...due, ...along]) {
    const unit = unitOf(core, entry, now)
    if (!unit.flight) void startFlight(core, unit, !used)
  }
  return Math.min(...entries.map((entry) => Math.min(dueMs(entry), lapseInMs(entry, now))))
}

/** A status lapses with its token, whether anybody wants another or not. */
function lapseInMs({ state }: Entry, now: number): number {
  return isServing(state) ? state.held.hardAt - now : NEVER
}

/** Milliseconds until this key is refreshed in the background; infinite if it is not. */
function dueInMs(core: Core, entry: Entry, { now, kept }: { now: number; kept: boolean }): number {
  const { state, usedAt = 0, renewAt, audience } = entry
  if (entry.flight) return NEVER
  let dueAt = 0
  if (isLive(state)) {
    const { held, doubted, trouble } = state
    const used = usedAt + interestMs(held.lifetimeMs) > now && !doubted
    if (!(kept || used) || held.lifetimeMs < SHORT_LIFETIME_MS) return NEVER
    dueAt = doubted || trouble ? renewAt : held.dueAt
  } else if (!kept || core.groups.has(audience) || !/^(idle|backoff|rejected)/.test(state.name))
    return NEVER
  return Math.max(dueAt - now, pausedMs(core, entry, now))
}

/** Near enough to its own refresh point to save a request of its own. */
function goesAlong({ state, flight }: Entry, now: number): boolean {
  if (state.name !== 'fresh' || flight) return false
  return state.held.dueAt - now <= 0.1 * state.held.lifetimeMs
}
