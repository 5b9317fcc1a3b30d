/** Starts broker requests for keys, commits what comes back. */
import type { AnswerItem, TokenGrant } from '@valetkey/protocol'
import { isAnswerCode, TokenError, withFacts } from './errors.ts'
import { look } from './expiry.ts'
import { emit } from './events.ts'
import { isSafeUrl, parseUrl } from './origins.ts'
import { createAccessToken } from './redact.ts'
import * as policy from './refresh-policy.ts'
import { draw, drawWaitMs } from './retry-budget.ts'
import { admits, type Core } from './token-core.ts'
import { ask, type Reply } from './token-requests.ts'
import { type Held, heldIn, isUsable, troubleIn } from './token-state.ts'
import { apply, type Entry, memberEntries, setMembers } from './token-store.ts'

/**
 * Asks the broker for a key, in the request of this microtask; with a group travel its members. A key
 * whose token was refused is asked for on its own: an older or wider request may bring the refused
 * token back.
 */
export function startFlight(core: Core, entry: Entry, background: boolean): Promise<void> {
  const { state, audience, scope } = entry
  const refused = state.name === 'rejected' ? state.held : undefined
  const now = look(core)
  if (draws(entry)) draw(core.budget, now)
  if (refused) entry.forcedUntil = now + policy.FORCED_SPACING_MS
  const riders = memberEntries(core, entry).filter(
    (one) => !one.flight && one.state.name !== 'rejected',
  )
  const aboard = [entry, ...riders]
  const { epoch } = core
  const wanted = { audience, scope, rejected: refused?.tokenId, background }
  const flight = ask(core, wanted).then((reply) => {
    const own = aboard.filter((one) => one.flight === flight)
    for (const one of own) one.flight = undefined
    if (epoch !== core.epoch || !admits(core, reply)) return
    commit(core, entry, { reply, refused })
    // Whatever the reply left without a word does not wait for ever.
    for (const one of own) if (!one.flight) apply(core, one, { type: 'dropped' })
  })
  for (const one of aboard) {
    one.flight = flight
    apply(core, one, { type: 'asked' })
  }
  return flight
}

interface Landing {
  readonly reply: Reply
  readonly refused: Held | undefined
}

function commit(core: Core, entry: Entry, landing: Landing): void {
  const { items, groups = {} } = landing.reply
  const named = groups[entry.audience]
  if (named) setMembers(core, entry.audience, named)
  const itemOf = ({ audience }: Entry) => items.find((item) => item.audience === audience)
  if (!named) commitItem(core, entry, { ...landing, item: itemOf(entry) })
  for (const member of memberEntries(core, entry))
    commitItem(core, member, { ...landing, item: itemOf(named ? member : entry) })
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
  if (again(refused)) emit(core, 'same-token', { audience })
  receive(core, entry, outcome)
}

/** Turns an item of the answer into a token or an error. */
function read(
  core: Core,
  entry: Entry,
  { reply, item }: { reply: Reply; item: AnswerItem | undefined },
): Held | TokenError {
  const malformed = (what: string) => new TokenError('malformed_response', what)
  if (!item) return reply.error ?? malformed('audience')
  if ('malformed' in item) return malformed(item.malformed)
  if ('error' in item) {
    if (!isAnswerCode(item.error)) return malformed('error')
    const { error, error_description, retryable, retry_after } = item
    const retryAt = retry_after === undefined ? undefined : reply.sentWall + retry_after * 1_000
    const known = { status: reply.error?.status, requestId: reply.error?.requestId }
    return new TokenError(error, error_description, { ...known, retryable, retryAt })
  }
  const resource = item.resource && absoluteResource(core, item.resource)
  if (item.resource && !resource) return malformed('resource')
  return heldFrom(core, entry, { grant: item, resource, reply })
}

/** A resource as an address ending in a slash: https, or of the broker's own origin. */
function absoluteResource({ base }: Core, resource: string): string | undefined {
  const url = parseUrl(resource, base && `${base}/`)
  const own = base !== undefined && url?.origin === new URL(base).origin
  return url && (own || isSafeUrl(url)) ? url.href.replace(/\/?$/, '/') : undefined
}

function heldFrom(
  core: Core,
  entry: Entry,
  { grant, resource, reply }: { grant: TokenGrant; resource: string | undefined; reply: Reply },
): Held {
  const { audience } = entry
  const { access_token: value, token_id: tokenId, scope } = grant
  const { sentAt, sentWall: mintedAt } = reply
  const lifetimeMs = grant.expires_in * 1_000
  const expiresAt = mintedAt + lifetimeMs
  const known = heldIn(entry.state)
  const before = value !== undefined && known?.access?.value === value ? known : undefined
  const softMs = before?.softMs ?? policy.softMarginMs(lifetimeMs, core.random)
  return {
    audience,
    access:
      value === undefined
        ? undefined
        : createAccessToken(value, { audience, expiresAt, scope, resource }),
    tokenId,
    resource,
    endsAt: sentAt + lifetimeMs,
    lifetimeMs,
    mintedAt,
    refreshAt: expiresAt - softMs,
    expiresAt,
    softMs,
    hardMs: policy.hardMarginMs(lifetimeMs),
    generation: before?.generation ?? entry.generation + 1,
  }
}

function receive(core: Core, entry: Entry, held: Held): void {
  const { audience, lifetimeMs, mintedAt, generation, refreshAt, expiresAt, endsAt } = held
  entry.generation = generation
  entry.spacedUntil = endsAt - lifetimeMs + policy.spacingMs(lifetimeMs)
  apply(core, entry, { type: 'received', held })
  core.onChange()
  emit(core, 'refreshed', { audience, generation, mintedAt, refreshAt, expiresAt, lifetimeMs })
  if (lifetimeMs < policy.SHORT_LIFETIME_MS) emit(core, 'short-lifetime', { audience, lifetimeMs })
}

/** Records a failure with the pause that follows from it. */
function fail(core: Core, entry: Entry, error: TokenError): void {
  const now = look(core)
  const wall = core.clock.wall()
  const { state, audience } = entry
  const before = state.name === 'loading' ? state.failures : (troubleIn(state)?.failures ?? 0)
  const failures = before + 1
  const { code, retryable } = error
  let pauseMs = retryable ? policy.backoffMs(failures, core.random) : policy.rememberMs(code)
  if (error.retryAt !== undefined) pauseMs = policy.cappedRetryAfterMs(error.retryAt - wall)
  const retryAt = wall + pauseMs
  const trouble = {
    error: withFacts(error, { audience, retryAt }),
    pausedUntil: now + pauseMs,
    failures,
    terminal: !retryable,
  }
  apply(core, entry, { type: 'failed', trouble, now })
  core.onChange()
  const servedOld = isUsable(entry.state, now, 0)
  emit(core, 'refresh-failed', { audience, code, servedOld, retryAt })
}

/** Forced mints and retries draw on the budget; the first try of a key is free. */
function draws({ state }: Entry): boolean {
  return state.name === 'rejected' || troubleIn(state) !== undefined
}

/** Milliseconds until this key may be asked for: spacing of mints, and the budget where it draws on it. */
export function waitBeforeAsking({ budget }: Core, entry: Entry, now: number): number {
  const { state, forcedUntil, spacedUntil } = entry
  const until = state.name === 'rejected' ? forcedUntil : spacedUntil
  return Math.max(0, until - now, draws(entry) ? drawWaitMs(budget, now) : 0)
}
