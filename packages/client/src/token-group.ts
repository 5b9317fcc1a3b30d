/** Gets several tokens as one snapshot: all usable, of one epoch and one member list. */
import { TokenError } from './errors.ts'
import { readInstant } from './expiry.ts'
import { acquire, assertEpoch, decide, type Need, noteUse } from './token-access.ts'
import type { Core } from './token-core.ts'
import { payForAsking, startFlight } from './token-flights.ts'
import { type Held, isUsable } from './token-state.ts'
import type { Entry } from './token-store.ts'
import type { GetTokensOptions } from './types.ts'

/** Usable tokens of a group or of listed audiences, in the order the broker or the caller gave. */
export async function acquireAll(
  core: Core,
  target: string | readonly string[],
  options: GetTokensOptions,
): Promise<readonly Held[]> {
  const { scope, quorum, signal, minRemaining = 0 } = options
  const need: Need = { minRemaining, signal }
  const epoch = core.epoch()
  const group = typeof target === 'string' ? core.store.entry(target, scope) : undefined
  if (group) {
    group.lastUsed = readInstant(core.clock)
    if (!core.store.members(group.audience)) await learnMembers(core, group, need)
  }
  for (;;) {
    assertEpoch(core, epoch)
    const members = group ? core.store.members(group.audience) : (target as readonly string[])
    const entries = (members ?? []).map((audience) => core.store.entry(audience, scope))
    const served = snapshot(core, entries, need)
    if (served) return served
    const errors = await fill(core, { group, entries, need })
    assertEpoch(core, epoch)
    const changed = group && core.store.members(group.audience) !== members
    if (errors.length === 0 || changed) continue
    const now = core.look()
    const usable = entries.filter(({ state }) => isUsable(state, now, need.minRemaining))
    if (quorum !== undefined && usable.length >= Math.max(1, quorum)) return heldOf(usable)
    throw incomplete(group?.audience, entries, { usable, errors })
  }
}

/** One look at all in one tick: either everything is usable now, or nothing is taken. */
function snapshot(
  core: Core,
  entries: readonly Entry[],
  { minRemaining }: Need,
): readonly Held[] | undefined {
  if (entries.length === 0) return undefined
  const held: Held[] = []
  for (const entry of entries) {
    const decision = decide(core, entry, minRemaining)
    if (decision.do !== 'serve') return undefined
    held.push(decision.held)
  }
  const now = readInstant(core.clock)
  for (const entry of entries) noteUse(core, entry, now)
  return held
}

function heldOf(entries: readonly Entry[]): readonly Held[] {
  return entries.flatMap(({ state }) => ('held' in state ? [state.held] : []))
}

/** The broker alone knows who belongs to a group. */
async function learnMembers(core: Core, group: Entry, need: Need): Promise<void> {
  try {
    await acquire(core, group, need)
  } catch (error) {
    // The group's own key never holds a token; what counts is that its members are known now.
    if (!core.store.members(group.audience)) throw error
    return
  }
  if (core.store.members(group.audience)) return
  throw new TokenError('config', 'This audience is not a group: use `getToken`', {
    audience: group.audience,
  })
}

interface Filling {
  group: Entry | undefined
  entries: readonly Entry[]
  need: Need
}

/** Waits for what is missing. Asks for a group as one unless only some of its members need it. */
async function fill(core: Core, { group, entries, need }: Filling): Promise<unknown[]> {
  const decisions = entries.map((entry) => decide(core, entry, need.minRemaining))
  const wholeGroup =
    decisions.every((one) => one.do === 'ask' && one.waitMs === 0) &&
    entries.every(({ state }) => state.name !== 'rejected')
  if (group && wholeGroup && !group.flight) {
    payForAsking(core, group, readInstant(core.clock))
    void startFlight(core, group, false)
  }
  const settled = await Promise.allSettled(entries.map((entry) => acquire(core, entry, need)))
  const errors = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
  need.signal?.throwIfAborted()
  return errors
}

function incomplete(
  group: string | undefined,
  entries: readonly Entry[],
  { usable, errors }: { usable: readonly Entry[]; errors: readonly unknown[] },
): unknown {
  const codes = new Set(errors.map((error) => (error instanceof TokenError ? error.code : error)))
  // One cause for all: that cause is the answer, not its consequence.
  if (codes.size === 1 && errors.length === entries.length) return errors[0]
  const missing = entries.filter((entry) => !usable.includes(entry)).map(({ audience }) => audience)
  return new TokenError('group_incomplete', `No usable token for ${missing.join(', ')}`, {
    ...(group === undefined ? {} : { audience: group }),
    missing,
    cause: errors[0],
    retryable: errors.some((error) => error instanceof TokenError && error.retryable),
  })
}
