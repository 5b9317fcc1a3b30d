/** Gets several tokens as one snapshot: all usable, of one epoch and one member list. */
import { TokenError } from './errors.ts'
import { look } from './expiry.ts'
import { acquire, decide, type Need, noteUse } from './token-access.ts'
import { assertEpoch, type Core } from './token-core.ts'
import { startFlight } from './token-flights.ts'
import type { Held } from './token-state.ts'
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
  const membersNow = () => (group ? core.groups.get(group.audience) : (target as readonly string[]))
  if (group) await learnMembers(core, group, need)
  for (;;) {
    assertEpoch(core, epoch)
    const members = membersNow() ?? []
    const entries = members.map((audience) => entryOf(core, audience, scope))
    const decisions = entries.map((entry) => decide(core, entry, minRemaining))
    // One look at all in one tick: either everything is usable now, or nothing is taken.
    const served = decisions.flatMap((one) => ('held' in one ? [one.held] : []))
    const now = look(core)
    if (served.length === entries.length) {
      for (const entry of entries) noteUse(core, entry, now)
      return served
    }
    // A group is asked for as one unless only some of its members need it.
    const nobody = decisions.every((one) => 'waitMs' in one && !one.waitMs)
    const refused = entries.some(({ state }) => state.name === 'rejected')
    if (group && nobody && !refused && !group.flight) void startFlight(core, group, false)
    const settled = await Promise.allSettled(entries.map((entry) => acquire(core, entry, need)))
    signal?.throwIfAborted()
    assertEpoch(core, epoch)
    const errors = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
    if (errors.length === 0 || membersNow() !== members) continue
    const missing = members.filter((_, at) => settled[at]?.status === 'rejected')
    if (!quorum || members.length - missing.length < quorum)
      throw incomplete(group, errors, { missing, all: members })
    return settled.flatMap((one) => ('value' in one ? [one.value] : []))
  }
}

/** The broker alone knows who belongs to a group. */
async function learnMembers(core: Core, group: Entry, need: Need): Promise<void> {
  const { audience } = group
  group.usedAt = look(core)
  if (core.groups.has(audience)) return
  const error = await acquire(core, group, need).catch((cause: unknown) => cause)
  // The group's own key never gets a token; what counts is that its members are known now.
  if (core.groups.has(audience)) return
  throw error instanceof Error ? error : new TokenError('config', 'not a group', { audience })
}

function incomplete(
  group: Entry | undefined,
  errors: readonly TokenError[],
  { missing, all }: { missing: readonly string[]; all: readonly string[] },
): TokenError | undefined {
  const [cause] = errors
  // One cause for all: that cause is the answer, not its consequence.
  if (missing.length === all.length && errors.every(({ code }) => code === cause?.code))
    return cause
  const retryable = errors.some((one) => one.retryable)
  const facts = { audience: group?.audience, missing, cause, retryable }
  return new TokenError('group_incomplete', missing.join(), facts)
}
