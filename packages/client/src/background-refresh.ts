/** Refreshes what somebody keeps fresh or used lately, without anybody asking. */
import { type Instant, leftMs } from './expiry.ts'
import { companyMs, interestMs, SHORT_LIFETIME_MS } from './refresh-policy.ts'
import { createRefreshTimer } from './refresh-timer.ts'
import { type Core, holdLeftMs, look } from './token-core.ts'
import { startFlight, waitBeforeAsking } from './token-flights.ts'
import { troubleIn } from './token-state.ts'
import type { Entry } from './token-store.ts'

export interface BackgroundRefresh {
  /** Starts what is due now, sets the timer for what comes next. */
  run(): void
  /** The same, for a user who is at it: in a hidden tab too. */
  runForUse(): void
  /** Runs once in this microtask. */
  schedule(): void
  /** Keeps an audience or a group fresh until the returned function is called. */
  keep(target: string): () => void
  stop(): void
}

interface Context {
  readonly core: Core
  /** No timer while this says true. */
  readonly asleep: () => boolean
  /** Who is kept fresh, one entry per keeper. */
  readonly keepers: Set<{ readonly target: string }>
}

/** Creates the background work of one client: one timer, never longer than a minute. */
export function createBackgroundRefresh(core: Core, asleep: () => boolean): BackgroundRefresh {
  const context: Context = { core, asleep, keepers: new Set() }
  const timer = createRefreshTimer(core.clock, () => run())
  let scheduled = false

  function run(used = false): void {
    if (core.disposed) return
    timer.disarm()
    const nextMs = sweep(context, used)
    if (nextMs < Number.POSITIVE_INFINITY && !asleep()) timer.arm(nextMs)
  }

  return {
    run,
    runForUse: () => run(true),
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
      context.keepers.add(keeper)
      run()
      return () => void context.keepers.delete(keeper)
    },
    stop: timer.disarm,
  }
}

/** Starts every due refresh. Returns the milliseconds until something else is due. */
function sweep({ core, asleep, keepers }: Context, used: boolean): number {
  const { store } = core
  const now = look(core)
  const kept = new Set<string>()
  for (const { target } of keepers) {
    store.entry(target, undefined).lastUsed = now
    for (const audience of [target, ...(store.members(target) ?? [])]) kept.add(audience)
  }
  const entries = [...store.entries()]
  for (const entry of entries) store.apply(entry, { type: 'look', now })
  const dueMs = (entry: Entry) =>
    dueInMs(core, entry, { now, kept: entry.scope === undefined && kept.has(entry.audience) })
  if (used || !asleep()) startDue(core, entries, { now, used, dueMs })
  // A status lapses with its token, whether anybody wants another or not.
  const lapseMs = ({ state }: Entry) =>
    state.name === 'fresh' || state.name === 'stale'
      ? leftMs(state.held.life, now) - state.held.hardMs
      : Number.POSITIVE_INFINITY
  return Math.min(...entries.map((entry) => Math.min(dueMs(entry), lapseMs(entry))))
}

interface Due {
  readonly now: Instant
  readonly used: boolean
  dueMs(entry: Entry): number
}

function startDue(core: Core, entries: readonly Entry[], { now, used, dueMs }: Due): void {
  const due = entries.filter((entry) => dueMs(entry) <= 0)
  const along = due.length > 0 ? entries.filter((entry) => goesAlong(entry, now)) : []
  const units = new Set([...due, ...along].map((entry) => unitOf(core, entry, now)))
  for (const unit of units) if (!unit.flight) void startFlight(core, unit, !used)
}

/** What is asked for when a key is due: its group, where the group is what the app uses. */
function unitOf(core: Core, entry: Entry, now: Instant): Entry {
  const { audience, scope, state } = entry
  const group = core.store.groupOf(audience)
  if (group === undefined || state.name === 'rejected') return entry
  const whole = core.store.entry(group, scope)
  const members = core.store.members(group) ?? []
  const rested = [whole, ...members.map((one) => core.store.entry(one, scope))].every(
    (one) => !one.flight && pausedMs(core, one, now) <= 0,
  )
  return whole.lastUsed && rested ? whole : entry
}

/** Milliseconds for which a key must not be asked for. */
function pausedMs(core: Core, entry: Entry, now: Instant): number {
  const trouble = troubleIn(entry.state)
  const pauseMs = trouble ? leftMs(trouble.pause, now) : 0
  return Math.max(waitBeforeAsking(core, entry, now), pauseMs, holdLeftMs(core, now))
}

/** Milliseconds until this key is refreshed in the background; infinite if it is not. */
function dueInMs(core: Core, entry: Entry, { now, kept }: { now: Instant; kept: boolean }): number {
  const { state, lastUsed, spread, audience } = entry
  const never = Number.POSITIVE_INFINITY
  if (entry.flight) return never
  if ('doubted' in state) {
    const { life, lifetimeMs, softMs } = state.held
    const used = lastUsed && leftMs({ from: lastUsed, lengthMs: interestMs(lifetimeMs) }, now) > 0
    const wanted = kept || (used && !state.doubted)
    if (!wanted || lifetimeMs < SHORT_LIFETIME_MS) return never
    const spreadMs = spread ? leftMs(spread, now) : 0
    return Math.max(
      pausedMs(core, entry, now),
      state.doubted ? spreadMs : leftMs(life, now) - softMs,
    )
  }
  const restarts = ['idle', 'backoff', 'rejected'].includes(state.name)
  return kept && restarts && !core.store.members(audience) ? pausedMs(core, entry, now) : never
}

/** Near enough to its own refresh point to save a request of its own. */
function goesAlong({ state, flight }: Entry, now: Instant): boolean {
  if (state.name !== 'fresh' || flight) return false
  const { life, lifetimeMs, softMs } = state.held
  return leftMs(life, now) - softMs <= companyMs(lifetimeMs)
}
