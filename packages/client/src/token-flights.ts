/** Starts broker requests for keys, commits what comes back. */
import type { AnswerItem, TokenGrant } from '@valetkey/protocol'
import { TokenError, withFacts } from './errors.ts'
import { type Instant, leftMs, readInstant } from './expiry.ts'
import { createAccessToken } from './redact.ts'
import * as policy from './refresh-policy.ts'
import { admits, type Core, look } from './token-core.ts'
import type { Reply } from './token-requests.ts'
import { type Held, heldIn, isUsable, troubleIn } from './token-state.ts'
import type { Entry } from './token-store.ts'

/**
 * Asks the broker for a key, in the request of this microtask; with a group travel its members. A key
 * whose token was refused is asked for on its own: an older or wider request may bring the refused
 * token back.
 */
export function startFlight(core: Core, entry: Entry, background: boolean): Promise<void> {
  const { state, audience, scope } = entry
  const refused = state.name === 'rejected' ? state.held : undefined
  const now = readInstant(core.clock)
  if (draws(entry)) core.budget.take(now)
  if (refused) entry.forcedSpacing = { from: now, lengthMs: policy.FORCED_SPACING_MS }
  const members = core.store.members(audience) ?? []
  const riders = members
    .map((member) => core.store.entry(member, scope))
    .filter((one) => !one.flight && one.state.name !== 'rejected')
  const aboard = [entry, ...riders]
  const { epoch, jumps } = core
  const flight = core.requests
    .ask({ audience, scope, rejected: refused?.tokenId, background })
    .then((reply) => {
      const own = aboard.filter((one) => one.flight === flight)
      for (const one of own) one.flight = undefined
      if (epoch !== core.epoch) return
      const landed = look(core)
      if (!admits(core, reply)) return
      commit(core, entry, { reply, refused })
      for (const one of own) {
        // Whatever the reply left without a word does not wait for ever.
        if (!one.flight) core.store.apply(one, { type: 'dropped' })
        // Its life was counted from a moment on clocks that have been set since.
        if (jumps !== core.jumps)
          core.store.apply(one, { type: 'jumped', before: landed, now: landed })
      }
    })
  for (const one of aboard) {
    one.flight = flight
    core.store.apply(one, { type: 'asked' })
  }
  return flight
}

interface Landing {
  readonly reply: Reply
  readonly refused: Held | undefined
}

function commit(core: Core, entry: Entry, landing: Landing): void {
  const { audience, scope } = entry
  const { items, groups = {} } = landing.reply
  const named = groups[audience]
  if (named) core.store.setMembers(audience, named)
  const members = named ?? core.store.members(audience) ?? []
  const whole = items.find((item) => item.audience === audience)
  if (!named) commitItem(core, entry, { ...landing, item: whole })
  for (const member of members) {
    const item = named ? items.find((one) => one.audience === member) : whole
    commitItem(core, core.store.entry(member, scope), { ...landing, item })
  }
}

function commitItem(
  core: Core,
  entry: Entry,
  { reply, refused, item }: Landing & { item: AnswerItem | undefined },
): void {
  if (reply.sequence <= entry.committed) return
  const { state, audience } = entry
  const outcome = read(core, entry, { reply, item })
  const brought = outcome instanceof TokenError ? undefined : outcome.access?.value
  const again = (held: Held | undefined) => brought !== undefined && brought === held?.access?.value
  // An answer older than the refusal may carry the refused token: it settles nothing.
  if (state.name === 'rejected' && !refused && again(state.held)) return
  entry.committed = reply.sequence
  if (outcome instanceof TokenError) return fail(core, entry, outcome)
  if (again(refused)) core.events.emit('same-token', { audience })
  receive(core, entry, outcome)
}

/** Turns an item of the answer into a token or an error. */
function read(
  core: Core,
  entry: Entry,
  { reply, item }: { reply: Reply; item: AnswerItem | undefined },
): Held | TokenError {
  const malformed = (what: string) =>
    new TokenError('malformed_response', `The broker's answer has a fault: ${what}`)
  if (!item) return reply.error ?? malformed('audience')
  if ('malformed' in item) return malformed(item.malformed)
  if ('error' in item) {
    const { error, error_description = 'The broker refused', retryable, retry_after } = item
    const retryAt = retry_after === undefined ? undefined : reply.sentAt.wall + retry_after * 1_000
    const known = { status: reply.error?.status, requestId: reply.error?.requestId }
    return new TokenError(error, error_description, { ...known, retryable, retryAt })
  }
  const resource = item.resource && core.resolveResource(item.resource)
  if (item.resource && !resource) return malformed('resource')
  return heldFrom(core, entry, { grant: item, resource, reply })
}

function heldFrom(
  core: Core,
  entry: Entry,
  { grant, resource, reply }: { grant: TokenGrant; resource: string | undefined; reply: Reply },
): Held {
  const { audience } = entry
  const { access_token: value, token_id: tokenId, scope } = grant
  const { sentAt } = reply
  const lifetimeMs = grant.expires_in * 1_000
  const expiresAt = sentAt.wall + lifetimeMs
  const known = heldIn(entry.state)
  const before = value !== undefined && known?.access?.value === value ? known : undefined
  return {
    audience,
    access:
      value === undefined
        ? undefined
        : createAccessToken(value, { audience, expiresAt, scope, resource }),
    tokenId,
    resource,
    life: { from: sentAt, lengthMs: lifetimeMs },
    lifetimeMs,
    mintedAt: sentAt.wall,
    softMs: before?.softMs ?? policy.softMarginMs(lifetimeMs, core.random),
    hardMs: policy.hardMarginMs(lifetimeMs),
    generation: before?.generation ?? entry.generation + 1,
  }
}

function receive(core: Core, entry: Entry, held: Held): void {
  const { audience } = entry
  const { lifetimeMs, mintedAt, generation, softMs, life } = held
  entry.generation = generation
  entry.spacing = { from: life.from, lengthMs: policy.spacingMs(lifetimeMs) }
  entry.spread = undefined
  core.store.apply(entry, { type: 'received', held })
  core.onActivity()
  const expiresAt = mintedAt + lifetimeMs
  const refreshAt = expiresAt - softMs
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
  const pause = { from: now, lengthMs }
  const trouble = { error: told, pause, failures, terminal: !error.retryable }
  core.store.apply(entry, { type: 'failed', trouble, now })
  core.onActivity()
  const servedOld = isUsable(entry.state, now, 0)
  core.events.emit('refresh-failed', { audience, code: error.code, servedOld, retryAt })
}

function pauseMs(
  core: Core,
  { code, retryAt, retryable }: TokenError,
  { failures, now }: { failures: number; now: Instant },
): number {
  if (retryAt !== undefined) return policy.cappedRetryAfterMs(retryAt - now.wall)
  return retryable ? policy.backoffMs(failures, core.random) : policy.rememberMs(code)
}

/** Forced mints and retries draw on the budget; the first try of a key is free. */
function draws({ state }: Entry): boolean {
  return state.name === 'rejected' || troubleIn(state) !== undefined
}

/** Milliseconds until this key may be asked for: spacing of mints, and the budget where it draws on it. */
export function waitBeforeAsking(core: Core, entry: Entry, now: Instant): number {
  const span = entry.state.name === 'rejected' ? entry.forcedSpacing : entry.spacing
  const budgetMs = draws(entry) ? core.budget.waitMs(now) : 0
  return Math.max(0, budgetMs, span ? leftMs(span, now) : 0)
}
