/** Gets several tokens as one snapshot: all usable, of one epoch and one member list. */
import { isTokenError, TokenError } from './errors.ts'
import { readInstant } from './expiry.ts'
import { acquire, decide, type Need, noteUse } from './token-access.ts'
import { assertEpoch, type Core, look } from './token-core.ts'
import { startFlight } from './token-flights.ts'
import { type Held, heldIn, isUsable } from './token-state.ts'
import type { Entry } from './token-store.ts'
import type { GetTokensOptions } from './types.ts'

/** Usable tokens of a group or of listed audiences, in the order the broker or the caller gave. */
export async function acquireAll(
  core: Core,
  target: string | readonly string[],
  { scope, quorum, signal, minRemaining = 0 }: GetTokensOptions,
): Promise<readonly Held[]> {
  const { epoch, store } = core
  const need: Need = { minRemaining, signal }
  const group = typeof target === 'string' ? store.entry(target, scope) : undefined
  if (group) await learnMembers(core, group, need)
  const membersNow = () =>
    (group ? store.members(group.audience) : (target as readonly string[])) ?? []
  for (;;) {
    assertEpoch(core, epoch)
    const members = membersNow()
    const entries = members.map((audience) => store.entry(audience, scope))
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
  const now = readInstant(core.clock)
  for (const entry of entries) noteUse(core, entry, now)
  return held
}

/** The broker alone knows who belongs to a group. */
async function learnMembers(core: Core, group: Entry, need: Need): Promise<void> {
  const { audience } = group
  group.lastUsed = readInstant(core.clock)
  if (core.store.members(audience)) return
  // The group's own key never holds a token; what counts is that its members are known afterwards.
  const error = await acquire(core, group, need).catch((cause: unknown) => cause)
  if (core.store.members(audience)) return
  throw isTokenError(error) || error instanceof Error
    ? error
    : new TokenError('config', 'Not a group: use `getToken`', { audience })
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
  return new TokenError('group_incomplete', `No token for ${missing.join(', ')}`, {
    audience: group?.audience,
    missing,
    cause,
    retryable: known.some(({ retryable }) => retryable),
  })
}
