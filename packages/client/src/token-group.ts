/** Gets several tokens as one snapshot: all usable, of one epoch and one member list. */
import { TokenError } from './errors.ts'
import { look } from './expiry.ts'
import { acquire, type Need, serve } from './token-access.ts'
import { type Core, enter } from './token-core.ts'
import type { Held } from './token-state.ts'
import { type Entry, entryOf } from './token-store.ts'
import type { GetTokensOptions } from './types.ts'

/** Usable tokens of a group or of listed audiences, in the order the broker or the caller gave. */
export async function acquireAll(
  core: Core,
  target: string | readonly string[],
  options: GetTokensOptions = {},
): Promise<readonly Held[]> {
  enter(core)
  const epoch = core.end.signal
  const { scope, quorum, minRemaining } = options
  const group = typeof target === 'string' ? entryOf(core, target, scope) : undefined
  const need: Need = { ...options, group }
  if (group) await learnMembers(core, group, need)
  let errors: TokenError[] = []
  let asked: readonly string[] | undefined
  for (;;) {
    options.signal?.throwIfAborted()
    epoch.throwIfAborted()
    const members = (group ? core.groups.get(group.audience) : (target as readonly string[])) ?? []
    const entries = members.map((audience) => entryOf(core, audience, scope))
    // One look at all in one tick: either what is wanted is usable now, or nothing is taken.
    const served = entries.map((entry) => serve(core, entry, minRemaining))
    const usable = served.filter((held) => held !== undefined)
    const failed = errors.length > 0 && members === asked
    if (usable.length >= ((failed && quorum) || members.length)) return usable
    if (failed) {
      const missing = members.filter((_, at) => !served[at])
      throw (
        (missing.length === members.length && sameCause(errors)) ||
        incomplete(group, errors, missing)
      )
    }
    asked = members
    errors = []
    const fail = (error: TokenError) => void errors.push(error)
    await Promise.all(entries.map((entry) => acquire(core, entry, need).catch(fail)))
  }
}

/** The broker alone knows who belongs to a group. */
async function learnMembers(core: Core, group: Entry, need: Need): Promise<void> {
  const epoch = core.end.signal
  group.usedAt = look(core)
  const isKnown = () => core.groups.has(group.audience)
  if (isKnown()) return
  const error = await acquire(core, group, need).catch((cause: unknown) => cause)
  epoch.throwIfAborted()
  // The group's own key never gets a token; what counts is that its members are known now.
  if (isKnown()) return
  throw error instanceof Error
    ? error
    : new TokenError('config', 'not a group', { audience: group.audience })
}

/** One cause for all: that cause is the answer, not its consequence. */
function sameCause(errors: readonly TokenError[]): TokenError | undefined {
  return errors.find(({ code }) => errors.every((one) => one.code === code))
}

function incomplete(
  group: Entry | undefined,
  errors: readonly TokenError[],
  missing: readonly string[],
): TokenError {
  const retryable = errors.some((one) => one.retryable)
  const facts = { audience: group?.audience, missing, cause: errors[0], retryable }
  return new TokenError('group_incomplete', missing.join(), facts)
}
