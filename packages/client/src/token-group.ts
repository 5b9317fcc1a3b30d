/** Gets several tokens as one snapshot: all usable, of one epoch and one member list. */
import { isTokenError, TokenError } from './errors.ts'
import { look } from './expiry.ts'
import { acquire, decide, type Need, noteUse } from './token-access.ts'
import { assertEpoch, type Core } from './token-core.ts'
import { startFlight } from './token-flights.ts'
import { type Held, heldIn, isUsable } from './token-state.ts'
import { type Entry, entryOf } from './token-store.ts'
import type { GetTokensOptions } from './types.ts'

/** Usable tokens of a group or of listed audiences, in the order the broker or the caller gave. */
export async function acquireAll(
  core: Core,
  target: string | readonly string[],
  { scope, quorum, signal, minRemaining = 0 }: GetTokensOptions,
): Promise<readonly Held[]> {
  const { epoch } = core
  const need: Need = { minRemaining, signal }
  const group = typeof target === 'string' ? entryOf(core, target, scope) : undefined
  if (group) await learnMembers(core, group, need)
  const membersNow = () =>
    (group ? core.groups.get(group.audience) : (target as readonly string[])) ?? []
  for (;;) {
    assertEpoch(core, epoch)
    const members = membersNow()
    const entries = members.map((audience) => entryOf(core, audience, scope))
    const served = snapshot(core, entries, need)
    if (served) return served
    const errors = await fill(core, { group, entries, need })
    assertEpoch(core, epoch)
    if (errors.length === 0 || membersNow() !== members) continue
    const now = look(core)
    const usable = entries.filter(({ state }) => isUsable(state, now, minRemaining))
    if (quorum && usable.length >= quorum) return usable.flatMap(({ state }) => heldIn(state) ?? [])
    throw incomplete(group, errors, { all: entries, usable })
  }
}

/** One look at all in one tick: either everything is usable now, or nothing is taken. */
function snapshot(
  core: Core,
  entries: readonly Entry[],
  { minRemaining }: Need,
): readonly Held[] | undefined {
  const decisions = entries.map((entry) => decide(core, entry, minRemaining))
  const held = decisions.flatMap((one) => ('held' in one ? [one.held] : []))
  if (held.length < entries.length) return undefined
  const now = look(core)
  for (const entry of entries) noteUse(core, entry, now)
  return held
}

/** The broker alone knows who belongs to a group. */
async function learnMembers(core: Core, group: Entry, need: Need): Promise<void> {
  const { audience } = group
  group.usedAt = look(core)
  if (core.groups.has(audience)) return
  await acquire(core, group, need).then(
    () => {
      throw new TokenError('config', 'not a group', { audience })
    },
    (error: unknown) => {
      // The group's own key never gets a token; what counts is that its members are known now.
      if (!core.groups.has(audience)) throw error
    },
  )
}

interface Filling {
  readonly group: Entry | undefined
  readonly entries: readonly Entry[]
  readonly need: Need
}

/** Waits for what is missing. Asks for a group as one unless only some of its members need it. */
async function fill(core: Core, { group, entries, need }: Filling): Promise<unknown[]> {
  const asksForAll = entries.every((entry) => {
    const decision = decide(core, entry, need.minRemaining)
    return 'waitMs' in decision && decision.waitMs === 0 && entry.state.name !== 'rejected'
  })
  if (group && asksForAll && !group.flight) void startFlight(core, group, false)
  const settled = await Promise.allSettled(entries.map((entry) => acquire(core, entry, need)))
  need.signal?.throwIfAborted()
  return settled.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
}

function incomplete(
  group: Entry | undefined,
  errors: readonly unknown[],
  { all, usable }: { all: readonly Entry[]; usable: readonly Entry[] },
): unknown {
  const [cause] = errors
  const known = errors.filter(isTokenError)
  // One cause for all: that cause is the answer, not its consequence.
  if (errors.length === all.length && new Set(known.map(({ code }) => code)).size === 1)
    return cause
  const missing = all.filter((entry) => !usable.includes(entry)).map(({ audience }) => audience)
  return new TokenError('group_incomplete', missing.join(', '), {
    audience: group?.audience,
    missing,
    cause,
    retryable: known.some(({ retryable }) => retryable),
  })
}
