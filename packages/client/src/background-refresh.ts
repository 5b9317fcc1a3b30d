/** Refreshes what somebody keeps fresh or used lately, without anybody asking. */
import { type Instant, leftMs } from './expiry.ts'
import { companyMs, interestMs, SHORT_LIFETIME_MS } from './refresh-policy.ts'
import { createRefreshTimer } from './refresh-timer.ts'
import type { Core } from './token-core.ts'
import { payForAsking, startFlight, waitBeforeAsking } from './token-flights.ts'
import { isPending, troubleIn } from './token-state.ts'
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

interface Options {
  core: Core
  /** No timer while this says true. */
  asleep: () => boolean
}

interface Context extends Options {
  keepers: Map<string, number>
  stopped: boolean
  scheduled: boolean
}

/** Creates the background work of one client: one timer, never longer than a minute. */
export function createBackgroundRefresh(options: Options): BackgroundRefresh {
  const context: Context = { ...options, keepers: new Map(), stopped: false, scheduled: false }
  const timer = createRefreshTimer(options.core.clock, () => run(false))

  function run(used: boolean): void {
    if (context.stopped) return
    timer.disarm()
    const nextMs = sweep(context, used)
    if (nextMs < Number.POSITIVE_INFINITY && !options.asleep()) timer.arm(nextMs)
  }

  return {
    run: () => run(false),
    runForUse: () => run(true),
    schedule() {
      if (context.scheduled) return
      context.scheduled = true
      queueMicrotask(() => {
        context.scheduled = false
        run(false)
      })
    },
    keep(target) {
      const end = keep(context, target)
      run(false)
      return end
    },
    stop() {
      context.stopped = true
      timer.disarm()
    },
  }
}

function keep({ keepers }: Context, target: string): () => void {
  keepers.set(target, (keepers.get(target) ?? 0) + 1)
  let kept = true
  return () => {
    if (!kept) return
    kept = false
    const left = (keepers.get(target) ?? 1) - 1
    if (left > 0) keepers.set(target, left)
    else keepers.delete(target)
  }
}

/** Starts every due refresh. Returns the milliseconds until something else is due. */
function sweep(context: Context, used: boolean): number {
  const { core, keepers } = context
  const now = core.look()
  for (const target of keepers.keys()) {
    const entry = core.store.entry(target, undefined)
    entry.lastUsed = now
    for (const member of core.store.members(target) ?? []) core.store.entry(member, undefined)
  }
  const entries = [...core.store.entries()]
  for (const entry of entries) core.store.apply(entry, { type: 'look', now })
  if (used || !context.asleep()) startDue(context, entries, { now, used })
  return Math.min(
    Number.POSITIVE_INFINITY,
    ...entries.map((entry) => nextLookMs(context, entry, now)),
  )
}

function startDue(
  context: Context,
  entries: readonly Entry[],
  { now, used }: { now: Instant; used: boolean },
): void {
  const { core } = context
  const due = entries.filter((entry) => dueInMs(context, entry, now) <= 0)
  if (due.length === 0) return
  const company = entries.filter((entry) => goesAlong(entry, now) && !due.includes(entry))
  const units = new Set([...due, ...company].map((entry) => unitOf(core, entry, now)))
  for (const unit of units)
    if (!unit.flight && payForAsking(core, unit, now)) void startFlight(core, unit, !used)
}

/** What is asked for when a key is due: its group, where the group is what the app uses. */
function unitOf(core: Core, entry: Entry, now: Instant): Entry {
  if (entry.state.name === 'rejected') return entry
  for (const group of core.store.groupsOf(entry.audience)) {
    const whole = core.store.entry(group, entry.scope)
    const members = core.store.members(group) ?? []
    const rested = [whole, ...members.map((one) => core.store.entry(one, entry.scope))].every(
      (one) => !one.flight && waitBeforeAsking(core, one, now) === 0 && pauseLeftMs(one, now) === 0,
    )
    if (whole.lastUsed && rested) return whole
  }
  return entry
}

function isKept({ core, keepers }: Context, entry: Entry): boolean {
  if (entry.scope !== undefined) return false
  if (keepers.has(entry.audience)) return true
  return core.store.groupsOf(entry.audience).some((group) => keepers.has(group))
}

/** Milliseconds until this key is refreshed in the background; infinite if it is not. */
function dueInMs(context: Context, entry: Entry, now: Instant): number {
  const { core } = context
  const { state } = entry
  const kept = isKept(context, entry)
  if (isPending(state) || entry.flight || !(kept || isOfInterest(entry, now)))
    return Number.POSITIVE_INFINITY
  const pausedMs = Math.max(pauseLeftMs(entry, now), core.holdLeftMs(now))
  const ready = Math.max(waitBeforeAsking(core, entry, now), pausedMs)
  switch (state.name) {
    case 'fresh':
    case 'stale':
    case 'expired': {
      if (state.held.lifetimeMs < SHORT_LIFETIME_MS) return Number.POSITIVE_INFINITY
      if (state.doubted && !kept) return Number.POSITIVE_INFINITY
      const spread = entry.spread ? leftMs(entry.spread, now) : 0
      const refresh = leftMs(state.held.life, now) - state.held.softMs
      return Math.max(ready, state.doubted ? spread : refresh)
    }
    case 'idle':
      return kept && !core.store.members(entry.audience) ? ready : Number.POSITIVE_INFINITY
    case 'backoff':
    case 'rejected':
      return kept ? ready : Number.POSITIVE_INFINITY
    default:
      return Number.POSITIVE_INFINITY
  }
}

function isOfInterest({ state, lastUsed }: Entry, now: Instant): boolean {
  if (!lastUsed || !('held' in state)) return false
  return leftMs({ from: lastUsed, lengthMs: interestMs(state.held.lifetimeMs) }, now) > 0
}

function pauseLeftMs({ state }: Entry, now: Instant): number {
  const trouble = troubleIn(state)
  return trouble ? Math.max(0, leftMs(trouble.pause, now)) : 0
}

/** Near enough to its own refresh point to save a request of its own. */
function goesAlong(entry: Entry, now: Instant): boolean {
  const { state } = entry
  if (state.name !== 'fresh' || state.pending || entry.flight) return false
  const { life, lifetimeMs, softMs } = state.held
  return leftMs(life, now) - softMs <= companyMs(lifetimeMs)
}

/** Milliseconds until this key needs a look: a refresh, or the moment its status lapses. */
function nextLookMs(context: Context, entry: Entry, now: Instant): number {
  const due = dueInMs(context, entry, now)
  const { state } = entry
  if (state.name !== 'fresh' && state.name !== 'stale') return due
  return Math.min(due, leftMs(state.held.life, now) - state.held.hardMs)
}
