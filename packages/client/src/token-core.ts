/** What every part of one client shares: clock, epoch, identity, the broker's word on who is asking. */
import type { Clock } from './clock.ts'
import { TokenError } from './errors.ts'
import type { Events, TokenEventMap } from './events.ts'
import { type Instant, jumpMs, leftMs, readInstant, type Span } from './expiry.ts'
import { JUMP_SPREAD_MS } from './refresh-policy.ts'
import { createRetryBudget, type RetryBudget } from './retry-budget.ts'
import type { Reply, TokenRequests } from './token-requests.ts'
import type { TokenStore } from './token-store.ts'

type Identity = string | null | undefined

export interface CoreOptions {
  readonly clock: Clock
  readonly random: () => number
  readonly events: Events
  readonly store: TokenStore
  readonly requests: TokenRequests
  readonly timeoutMs: number
  /** Makes an absolute URL of a resource that the broker may have named relative to itself. */
  readonly resolveResource: (resource: string) => string | undefined
  /** Who is signed in, where the app has said how to know. */
  readonly readIdentity: (() => Identity) | undefined
  /** Something changed that the timer should know of. */
  readonly onActivity: () => void
  /** A token in use has reached its refresh point. */
  readonly onDue: () => void
}

/** Written by the functions of this file alone. */
export interface Core extends CoreOptions {
  readonly budget: RetryBudget
  /** Counts identities; whatever began in an older epoch is void. */
  epoch: number
  /** Aborts when this epoch ends. */
  end: AbortController
  /** Counts clock jumps: a token asked for before one is doubted when it comes. */
  jumps: number
  lastLook: Instant
  /** `null` stands for nobody; missing until first read or told. */
  owner: { readonly identity: Identity } | undefined
  session: { readonly value: string; readonly sequence: number } | undefined
  /** The broker asked to be left alone, whatever the key. */
  hold: { readonly error: TokenError; readonly span: Span } | undefined
  disposed: boolean
}

/** Creates the shared part of a client. */
export function createCore(options: CoreOptions): Core {
  const now = readInstant(options.clock)
  return {
    ...options,
    budget: createRetryBudget(now),
    epoch: 0,
    end: new AbortController(),
    jumps: 0,
    lastLook: now,
    owner: undefined,
    session: undefined,
    hold: undefined,
    disposed: false,
  }
}

/** Reads both clocks; if they jumped since the last look, every token is doubted. */
export function look(core: Core): Instant {
  const now = readInstant(core.clock)
  const before = core.lastLook
  const driftMs = jumpMs(before, now)
  core.lastLook = now
  if (driftMs === 0) return now
  core.jumps += 1
  for (const entry of core.store.entries()) {
    core.store.apply(entry, { type: 'jumped', before, now })
    entry.spacing = undefined
    entry.spread = { from: now, lengthMs: JUMP_SPREAD_MS * core.random() }
  }
  core.events.emit('clock-jump', { driftMs })
  return now
}

/** Throws if disposed; resets if somebody else is signed in now. Called at every use. */
export function enter(core: Core): void {
  if (core.disposed) throw core.end.signal.reason
  if (!core.readIdentity) return
  const identity = core.readIdentity()
  core.owner ??= { identity }
  if (identity !== core.owner.identity) reset(core, 'identity', identity)
}

/** Forgets everything at once; whoever waits is told. */
export function reset(
  core: Core,
  cause: TokenEventMap['identity-changed']['cause'],
  identity: Identity,
): void {
  if (core.disposed) return
  core.owner = { identity }
  core.session = undefined
  core.hold = undefined
  const ending = core.end
  core.epoch += 1
  core.end = new AbortController()
  abort(core, ending, new TokenError('identity_changed', 'Somebody else is signed in now'))
  core.store.clear()
  core.events.emit('identity-changed', { cause })
  core.onActivity()
}

export function dispose(core: Core): void {
  if (core.disposed) return
  core.disposed = true
  core.epoch += 1
  abort(core, core.end, new TokenError('disposed', 'The client was disposed of'))
  for (const entry of core.store.entries()) core.store.apply(entry, { type: 'closed' })
  core.events.emit('disposed', {})
  core.events.clear()
}

function abort(core: Core, ending: AbortController, reason: TokenError): void {
  ending.abort(reason)
  core.requests.abort(reason)
}

/** Nothing of an older epoch may be handed out, whatever was awaited meanwhile. */
export function assertEpoch(core: Core, epoch: number): void {
  if (core.disposed) throw core.end.signal.reason
  if (core.epoch !== epoch)
    throw new TokenError('identity_changed', 'Somebody else is signed in now')
}

/** False if the answer belongs to another login than the one known, which may reset. */
export function admits(core: Core, { session: value, sequence }: Reply): boolean {
  const known = core.session
  if (value === undefined || value === known?.value) return true
  // A flight that began earlier may bring the former login's answer late: it changes nothing.
  if (known && sequence <= known.sequence) return false
  if (known) reset(core, 'session', core.owner?.identity)
  core.session = { value, sequence }
  return !known
}

/** Milliseconds for which the broker wants to be left alone. */
export function holdLeftMs({ hold }: Core, now: Instant): number {
  return hold ? Math.max(0, leftMs(hold.span, now)) : 0
}
