/** Starts broker requests for keys, commits what comes back. */
import { type AnswerItem, membersIn } from '@valetkey/protocol'
import { isAnswerCode, isTokenError, TokenError, withFacts } from './errors.ts'
import { look } from './expiry.ts'
import { emit } from './events.ts'
import { listedFor, safeUrl } from './origins.ts'
import { createAccessToken } from './redact.ts'
import * as policy from './refresh-policy.ts'
import { draw, drawWaitMs } from './retry-budget.ts'
import { admits, type Core } from './token-core.ts'
import { ask, type Reply } from './token-requests.ts'
import { type Held, isLive, isUsable } from './token-state.ts'
import { apply, type Entry, entryOf, groupOf, memberEntries, setMembers } from './token-store.ts'

/**
 * Asks the broker for a key, in the request of this microtask; with a group travel its members. A key
 * whose token was refused is asked for on its own: an older or wider request may bring the refused
 * token back.
 */
export function startFlight(core: Core, entry: Entry, background: boolean): Promise<void> {
  const { state, audience, scope } = entry
  const refused = state.name === 'rejected' ? state.held : undefined
  const now = look(core)
  if (draws(entry)) draw(core, now)
  if (refused) entry.forcedUntil = now + policy.FORCED_SPACING_MS
  const riders = memberEntries(core, entry).filter(
    (one) => !one.flight && one.state.name !== 'rejected',
  )
  const aboard = [entry, ...riders]
  const known = aboard.flatMap((one) =>
    listedFor(one.audience, core.listed).concat(one.state.held?.resource ?? []),
  )
  if (!background) for (const address of new Set(known)) core.preconnect(address)
  const epoch = core.end.signal
  const item = { audience, scope, rejected: refused?.tokenId }
  const flight = ask(core, { item, background }).then((reply) => {
    const own = aboard.filter((one) => one.flight === flight)
    for (const one of own) one.flight = one.joint = undefined
    if (epoch.aborted || !reply || !admits(core, reply)) return
    commit(core, entry, { reply, refused })
    // Whatever the reply left without a word does not wait for ever.
    for (const one of own) if (!one.flight) apply(core, one, 'dropped')
  })
  for (const one of aboard) {
    one.flight = flight
    apply(core, one, 'asked')
  }
  return flight
}

function commit(
  core: Core,
  entry: Entry,
  { reply, refused }: { reply: Reply; refused: Held | undefined },
): void {
  const { items, groups, sequence } = reply
  const named = membersIn(groups, entry.audience)
  if (named) setMembers(core, entry.audience, named)
  for (const one of [entry, ...memberEntries(core, entry)]) {
    const { state } = one
    if (sequence <= one.committed || (named && one === entry)) continue
    const { audience } = named ? one : entry
    const [item, twin] = items.filter((it) => it.audience === audience)
    const outcome = read(core, one, { reply, item: twin ? undefined : item })
    const failed = isTokenError(outcome)
    const text = failed ? '' : outcome.access?.value
    const repeats = (held: Held) => !!text && held.access?.value === text
    // An answer older than the refusal may carry the refused token: it settles nothing.
    if (state.name === 'rejected' && !refused && repeats(state.held)) continue
    one.committed = sequence
    if (failed) fail(core, one, outcome)
    else receive(core, one, outcome)
    if (refused && repeats(refused)) emit(core, 'same-token', { audience })
  }
}

/** Turns an item of the answer into a token or an error. */
function read(
  core: Core,
  entry: Entry,
  { reply, item }: { reply: Reply; item: AnswerItem | undefined },
): Held | TokenError {
  if (!item) return reply.error ?? new TokenError('malformed_response', 'audience')
  const { error, retryable, scope } = item
  const { sentAt, sentWall: mintedAt } = reply
  const code = isAnswerCode(error) ? error : undefined
  // As an address ending in a slash: https, or of the broker's own origin.
  const resource = safeUrl(item.resource, core.base)?.href.replace(/\/?$/, '/')
  const fault =
    item.malformed || (error && !code && 'error') || (item.resource && !resource && 'resource')
  if (fault) return new TokenError('malformed_response', fault)
  if (code) {
    const retryAt = mintedAt + Number(item.retry_after) * 1_000 || undefined
    const { status, requestId } = reply.error ?? {}
    const facts = { status, requestId, retryable, retryAt }
    return new TokenError(code, item.error_description, facts)
  }
  const value = item.delivery === 'proxy' ? undefined : item.access_token
  const lifetimeMs = Number(item.expires_in) * 1_000
  const endsAt = sentAt + lifetimeMs
  const expiresAt = mintedAt + lifetimeMs
  const { held: known } = entry.state
  const before = value && known?.access?.value === value ? known : undefined
  const softMs = before
    ? before.endsAt - before.dueAt
    : policy.softMarginMs(lifetimeMs, core.random)
  const { audience } = entry
  const access = value
    ? createAccessToken(value, { audience, expiresAt, scope, resource })
    : undefined
  return {
    audience,
    access,
    answer: access && Promise.resolve(access),
    tokenId: item.token_id,
    resource,
    lifetimeMs,
    mintedAt,
    refreshAt: expiresAt - softMs,
    expiresAt,
    dueAt: endsAt - softMs,
    hardAt: endsAt - policy.hardMarginMs(lifetimeMs),
    endsAt,
    generation: entry.generation + (before ? 0 : 1),
  }
}

function receive(core: Core, entry: Entry, held: Held): void {
  const { audience, lifetimeMs, mintedAt, generation, refreshAt, expiresAt } = held
  entry.generation = generation
  entry.failures = 0
  entry.failingSince = Number.POSITIVE_INFINITY
  entry.spacedUntil = held.endsAt - lifetimeMs + policy.spacingMs(lifetimeMs)
  apply(core, entry, 'received', held)
  // Another request for it, sent later, is to be joined still.
  if (entry.flight) apply(core, entry, 'asked')
  core.onChange()
  emit(core, 'refreshed', { audience, generation, mintedAt, refreshAt, expiresAt, lifetimeMs })
  if (lifetimeMs < policy.SHORT_LIFETIME_MS) emit(core, 'short-lifetime', { audience, lifetimeMs })
}

/** Records a failure with the pause that follows from it. */
function fail(core: Core, entry: Entry, error: TokenError): void {
  const now = look(core)
  const wall = core.clock.wall()
  const { code, retryable } = error
  const { audience, state } = entry
  const slackMs = isLive(state) ? state.held.hardAt - now : 0
  if (slackMs > 0) entry.failingSince = Math.min(entry.failingSince, now)
  entry.failures += 1
  const maxMs = retryable
    ? policy.backoffMaxMs(entry.failures, now - entry.failingSince)
    : policy.rememberMs(code)
  const restMs = retryable ? policy.backoffMs(maxMs, slackMs, core.random) : maxMs
  entry.renewAt = now + restMs
  let pauseMs = Math.min(restMs, maxMs)
  if (error.retryAt) pauseMs = policy.cappedRetryAfterMs(error.retryAt - wall)
  const retryAt = wall + pauseMs
  const trouble = { error: withFacts(error, { audience, retryAt }), pausedUntil: now + pauseMs }
  apply(core, entry, 'failed', trouble, now)
  core.onChange()
  const servedOld = isUsable(entry.state, now, 0)
  emit(core, 'refresh-failed', { audience, code, servedOld, retryAt })
}

/** Forced mints and retries draw on the budget; the first try of a key is free. */
function draws({ state }: Entry): boolean {
  return state.name === 'rejected' || !!state.trouble
}

/** Milliseconds until this key may be asked for: spacing of mints, and the budget where it draws on it. */
export function waitBeforeAsking(core: Core, entry: Entry, now: number): number {
  const { state, forcedUntil, spacedUntil } = entry
  const until = state.name === 'rejected' ? forcedUntil : spacedUntil
  return Math.max(0, until - now, draws(entry) ? drawWaitMs(core, now) : 0)
}

/** Milliseconds for which a key must not be asked for. */
export function pausedMs(core: Core, entry: Entry, now: number): number {
  const until = Math.max(entry.state.trouble?.pausedUntil ?? 0, core.hold?.until ?? 0)
  return Math.max(waitBeforeAsking(core, entry, now), until - now)
}

/**
 * What is asked for when a key is wanted: its group, where the group is what the app uses, unless only
 * some of its members need it.
 */
export function unitOf(core: Core, entry: Entry, now: number): Entry {
  const whole = entryOf(core, groupOf(core, entry.audience) ?? entry.audience, entry.scope)
  const together = [whole, ...memberEntries(core, whole)].every(
    (one) =>
      !one.flight &&
      one.state.name !== 'rejected' &&
      (one === whole || one.failures >= entry.failures) &&
      pausedMs(core, one, now) <= 0,
  )
  return whole.usedAt && together ? whole : entry
}
