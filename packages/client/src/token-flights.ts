/** Starts broker requests for keys, commits what comes back. */
import { type AnswerItem, splitAudience, type TokenGrant } from '@valetkey/protocol'
import { TokenError, type TokenErrorFacts, withFacts } from './errors.ts'
import { type Instant, leftMs, readInstant } from './expiry.ts'
import { createAccessToken } from './redact.ts'
import * as policy from './refresh-policy.ts'
import type { Core } from './token-core.ts'
import type { Reply } from './token-requests.ts'
import { type Held, heldIn, isUsable, troubleIn } from './token-state.ts'
import type { Entry } from './token-store.ts'

/**
 * Asks the broker for a key, in the request of this microtask. A key whose token was refused is asked
 * for in a flight of its own, since an older one may bring the refused token back.
 */
export function startFlight(core: Core, entry: Entry, background: boolean): Promise<void> {
  const now = readInstant(core.clock)
  const refused = entry.state.name === 'rejected' ? entry.state.held : undefined
  if (refused) entry.forcedSpacing = { from: now, lengthMs: policy.FORCED_SPACING_MS }
  const group = core.store.members(entry.audience)
  const riders = group ? group.map((member) => core.store.entry(member, entry.scope)) : []
  return fly(core, entry, { background, refused, riders: riders.filter(canRide) })
}

/** A refused member asks for itself: on the group's request the refused token might come back. */
function canRide({ flight, state }: Entry): boolean {
  return !flight && state.name !== 'rejected'
}

interface Flight {
  background: boolean
  refused: Held | undefined
  /** Members that travel on their group's request. */
  riders: readonly Entry[]
}

function fly(core: Core, entry: Entry, { background, refused, riders }: Flight): Promise<void> {
  const aboard = [entry, ...riders]
  const epoch = core.epoch()
  const jumps = core.jumps()
  const { audience, scope } = entry
  const flight = core.requests
    .ask({ audience, scope, rejected: refused?.tokenId, background })
    .then((reply) => {
      const own = aboard.filter((one) => one.flight === flight)
      for (const one of own) one.flight = undefined
      if (epoch !== core.epoch()) return
      const now = core.look()
      if (core.admits(reply)) commit(core, entry, { reply, refused })
      // Its life was counted from a moment on clocks that have been set since.
      if (jumps !== core.jumps())
        for (const one of own) core.store.apply(one, { type: 'jumped', before: now, now })
      // Whatever the reply left without a word does not wait for ever.
      for (const one of own) if (!one.flight) core.store.apply(one, { type: 'dropped' })
    })
  for (const one of aboard) {
    one.flight = flight
    core.store.apply(one, { type: 'asked' })
  }
  return flight
}

interface Landing {
  reply: Reply
  refused: Held | undefined
}

function commit(core: Core, entry: Entry, landing: Landing): void {
  const { reply } = landing
  const members = reply.answer?.groups[entry.audience]
  if (members) return commitGroup(core, entry, { landing, members })
  const item = reply.items.find(({ audience }) => audience === entry.audience)
  commitItem(core, entry, { landing, item })
  const riders = core.store.members(entry.audience) ?? []
  for (const member of riders)
    commitItem(core, core.store.entry(member, entry.scope), { landing, item })
}

function commitGroup(
  core: Core,
  group: Entry,
  { landing, members }: { landing: Landing; members: readonly string[] },
): void {
  const own = members.filter((member) => splitAudience(member).name === group.audience)
  core.store.setMembers(group.audience, own)
  group.committed = Math.max(group.committed, landing.reply.sequence)
  for (const member of own) {
    const item = landing.reply.items.find(({ audience }) => audience === member)
    commitItem(core, core.store.entry(member, group.scope), { landing, item })
  }
}

function commitItem(
  core: Core,
  entry: Entry,
  { landing, item }: { landing: Landing; item: AnswerItem | undefined },
): void {
  const { reply, refused } = landing
  if (reply.sequence <= entry.committed) return
  const outcome = read(core, entry, { reply, item })
  // An answer older than the refusal may carry the refused token: it settles nothing.
  const state = entry.state
  if (state.name === 'rejected' && !refused && 'life' in outcome && isSame(outcome, state.held))
    return
  entry.committed = reply.sequence
  if (!('life' in outcome)) return fail(core, entry, outcome)
  if (refused && isSame(outcome, refused))
    core.events.emit('same-token', { audience: entry.audience })
  receive(core, entry, outcome)
}

/** Turns an item of the answer into a token or an error. */
function read(
  core: Core,
  entry: Entry,
  { reply, item }: { reply: Reply; item: AnswerItem | undefined },
): Held | TokenError {
  const { audience } = entry
  const malformed = (what: string) =>
    new TokenError('malformed_response', `The broker's answer is malformed: ${what}`, { audience })
  if (item && 'malformed' in item) return malformed(item.malformed)
  if (item && 'error' in item) {
    const facts: TokenErrorFacts = { audience }
    if (item.retryable !== undefined) facts.retryable = item.retryable
    if (item.retry_after !== undefined)
      facts.retryAt =
        reply.sentAt.wall + Math.min(item.retry_after * 1_000, policy.MAX_RETRY_AFTER_MS)
    if (reply.error?.status !== undefined) facts.status = reply.error.status
    if (reply.error?.requestId !== undefined) facts.requestId = reply.error.requestId
    return new TokenError(item.error, item.error_description ?? 'The broker refused', facts)
  }
  if (!item) return reply.error ?? malformed('it leaves this audience out')
  const resource = item.resource === undefined ? undefined : core.resolveResource(item.resource)
  if (item.resource !== undefined && resource === undefined)
    return malformed('resource is not an https address')
  return heldFrom(core, entry, { grant: item, resource, reply })
}

function heldFrom(
  core: Core,
  entry: Entry,
  { grant, resource, reply }: { grant: TokenGrant; resource: string | undefined; reply: Reply },
): Held {
  const lifetimeMs = grant.expires_in * 1_000
  const value = grant.access_token
  const shown = {
    audience: entry.audience,
    expiresAt: reply.sentAt.wall + lifetimeMs,
    ...(grant.scope === undefined ? {} : { scope: grant.scope }),
    ...(resource === undefined ? {} : { resource }),
  }
  const before = heldIn(entry.state)
  const access = value === undefined ? undefined : createAccessToken(value, shown)
  const again = before !== undefined && before.access?.value === value
  return {
    audience: entry.audience,
    access,
    tokenId: grant.token_id,
    resource,
    life: { from: reply.sentAt, lengthMs: lifetimeMs },
    lifetimeMs,
    mintedAt: reply.sentAt.wall,
    softMs:
      again && value !== undefined ? before.softMs : policy.softMarginMs(lifetimeMs, core.random),
    hardMs: policy.hardMarginMs(lifetimeMs),
    generation: again && value !== undefined ? before.generation : entry.generation + 1,
  }
}

function isSame(a: Held, b: Held): boolean {
  return a.access !== undefined && a.access.value === b.access?.value
}

function receive(core: Core, entry: Entry, held: Held): void {
  const { audience } = entry
  const { lifetimeMs } = held
  entry.generation = held.generation
  entry.spacing = { from: held.life.from, lengthMs: policy.spacingMs(lifetimeMs) }
  entry.spread = undefined
  core.store.apply(entry, { type: 'received', held })
  core.onActivity()
  const { mintedAt } = held
  const expiresAt = mintedAt + lifetimeMs
  const refreshAt = expiresAt - held.softMs
  const { generation } = held
  core.events.emit('refreshed', {
    audience,
    generation,
    mintedAt,
    refreshAt,
    expiresAt,
    lifetimeMs,
  })
  if (lifetimeMs < policy.SHORT_LIFETIME_MS)
    core.events.emit('short-lifetime', { audience, lifetimeMs })
}

/** Records a failure with the pause that follows from it. */
function fail(core: Core, entry: Entry, error: TokenError): void {
  const now = readInstant(core.clock)
  const { state, audience } = entry
  const before = state.name === 'loading' ? state.failures : (troubleIn(state)?.failures ?? 0)
  const failures = before + 1
  const lengthMs = pauseMs(core, error, { failures, now })
  const retryAt = now.wall + lengthMs
  const told = withFacts(error, { audience, retryAt })
  const trouble = {
    error: told,
    pause: { from: now, lengthMs },
    failures,
    terminal: !error.retryable,
  }
  core.store.apply(entry, { type: 'failed', trouble, now })
  core.onActivity()
  const servedOld = isUsable(entry.state, now, 0)
  core.events.emit('refresh-failed', { audience, code: error.code, servedOld, retryAt })
}

function pauseMs(
  core: Core,
  error: TokenError,
  { failures, now }: { failures: number; now: Instant },
): number {
  if (error.retryAt !== undefined)
    return Math.min(Math.max(error.retryAt - now.wall, 0), policy.MAX_RETRY_AFTER_MS)
  if (!error.retryable) return policy.rememberMs(error.code)
  return policy.backoffMs(failures, core.random)
}

/** Milliseconds until this key may be asked for: spacing of mints, and the bucket for forced mints and retries. */
export function waitBeforeAsking(core: Core, entry: Entry, now: Instant): number {
  const { state } = entry
  const forced = state.name === 'rejected'
  const span = forced ? entry.forcedSpacing : entry.spacing
  const spacing = span ? leftMs(span, now) : 0
  const draws = forced || troubleIn(state) !== undefined
  return Math.max(0, spacing, draws ? core.budget.waitMs(now) : 0)
}

/** Pays for a forced mint or a retry; the first try of a key is free. */
export function payForAsking(core: Core, entry: Entry, now: Instant): boolean {
  const draws = entry.state.name === 'rejected' || troubleIn(entry.state) !== undefined
  return !draws || core.budget.take(now)
}
