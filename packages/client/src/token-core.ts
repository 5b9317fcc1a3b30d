/** What every part of one client shares: clock, epoch, identity, the broker's word on who is asking. */
import type { Clock } from './clock.ts'
import { TokenError } from './errors.ts'
import type { Events, TokenEventMap } from './events.ts'
import { type Instant, jumpMs, leftMs, readInstant, type Span } from './expiry.ts'
import { JUMP_SPREAD_MS } from './refresh-policy.ts'
import { createRetryBudget, type RetryBudget } from './retry-budget.ts'
import type { Reply, TokenRequests } from './token-requests.ts'
import type { TokenStore } from './token-store.ts'

export interface Core {
  readonly clock: Clock
  readonly random: () => number
  readonly events: Events
  readonly store: TokenStore
  readonly requests: TokenRequests
  readonly budget: RetryBudget
  readonly timeoutMs: number
  /** Makes an absolute URL of a resource that the broker may have named relative to itself. */
  readonly resolveResource: (resource: string) => string | undefined
  /** Counts identities; whatever began in an older epoch is void. */
  epoch(): number
  /** Aborts when this epoch ends. */
  ended(): AbortSignal
  /** Reads both clocks; if they jumped, every token is doubted. */
  look(): Instant
  /** Counts clock jumps: a token asked for before one is doubted when it comes. */
  jumps(): number
  /** Throws if disposed; resets if somebody else is signed in now. Called at every use. */
  enter(): void
  identity(): string | null | undefined
  /** True if that is who the tokens belong to already. */
  isIdentity(identity: string | null): boolean
  reset(cause: TokenEventMap['identity-changed']['cause'], identity?: string | null): void
  /** False if the answer belongs to another login than the one known, which may reset. */
  admits(reply: Reply): boolean
  /** The broker asked to be left alone, whatever the key. */
  hold(error: TokenError, span: Span): void
  held(now: Instant): TokenError | undefined
  holdLeftMs(now: Instant): number
  /** Something changed that the timer should know of. */
  readonly onActivity: () => void
  /** A token in use has reached its refresh point. */
  readonly onDue: () => void
  dispose(): void
}

export interface CoreOptions {
  clock: Clock
  random: () => number
  events: Events
  store: TokenStore
  requests: TokenRequests
  timeoutMs: number
  resolveResource: (resource: string) => string | undefined
  identity: (() => string | null | undefined) | undefined
  onActivity: () => void
  onDue: () => void
}

interface Cells {
  epoch: number
  end: AbortController
  lastLook: Instant
  jumps: number
  identity: string | null | undefined
  identityKnown: boolean
  session: { value: string; sequence: number } | undefined
  hold: { error: TokenError; span: Span } | undefined
  disposed: boolean
}

/** Creates the shared part of a client. */
export function createCore(options: CoreOptions): Core {
  const { clock, events } = options
  const start = readInstant(clock)
  const cells: Cells = {
    epoch: 0,
    end: new AbortController(),
    lastLook: start,
    jumps: 0,
    identity: undefined,
    identityKnown: false,
    session: undefined,
    hold: undefined,
    disposed: false,
  }
  return {
    ...options,
    budget: createRetryBudget(start),
    epoch: () => cells.epoch,
    ended: () => cells.end.signal,
    look: () => look(options, cells),
    jumps: () => cells.jumps,
    enter: () => enter(options, cells),
    identity: () => (options.identity ? options.identity() : cells.identity),
    isIdentity: (identity) => cells.identityKnown && cells.identity === identity,
    reset: (cause, identity) => reset(options, cells, { cause, identity }),
    admits: (reply) => admits(options, cells, reply),
    hold(error, span) {
      cells.hold = { error, span }
    },
    held: (now) => (holdLeftMs(cells, now) > 0 ? cells.hold?.error : undefined),
    holdLeftMs: (now) => holdLeftMs(cells, now),
    dispose() {
      if (cells.disposed) return
      cells.disposed = true
      end(options, cells, disposed())
      for (const entry of options.store.entries()) options.store.apply(entry, { type: 'closed' })
      events.emit('disposed', {})
      events.clear()
    },
  }
}

function holdLeftMs({ hold }: Cells, now: Instant): number {
  return hold ? Math.max(0, leftMs(hold.span, now)) : 0
}

const disposed = () => new TokenError('disposed', 'The client was disposed of')

function look({ clock, random, events, store }: CoreOptions, cells: Cells): Instant {
  const now = readInstant(clock)
  const before = cells.lastLook
  const driftMs = jumpMs(before, now)
  cells.lastLook = now
  if (driftMs === 0) return now
  cells.jumps += 1
  for (const entry of store.entries()) {
    store.apply(entry, { type: 'jumped', before, now })
    entry.spacing = undefined
    entry.spread = { from: now, lengthMs: JUMP_SPREAD_MS * random() }
  }
  events.emit('clock-jump', { driftMs })
  return now
}

function enter(options: CoreOptions, cells: Cells): void {
  if (cells.disposed) throw disposed()
  if (!options.identity) return
  const identity = options.identity()
  if (!cells.identityKnown) {
    cells.identityKnown = true
    cells.identity = identity
  } else if (identity !== cells.identity) {
    reset(options, cells, { cause: 'identity', identity })
  }
}

function reset(
  options: CoreOptions,
  cells: Cells,
  to: { cause: TokenEventMap['identity-changed']['cause']; identity: string | null | undefined },
): void {
  if (cells.disposed) return
  cells.identity = to.identity
  cells.identityKnown = true
  cells.session = undefined
  cells.hold = undefined
  end(options, cells, new TokenError('identity_changed', 'Somebody else is signed in now'))
  options.store.clear()
  options.events.emit('identity-changed', { cause: to.cause })
  options.onActivity()
}

/** Ends the epoch: everything that began in it is void from this line on. */
function end(options: CoreOptions, cells: Cells, reason: TokenError): void {
  const ending = cells.end
  cells.epoch += 1
  if (!cells.disposed) cells.end = new AbortController()
  ending.abort(reason)
  options.requests.abort(reason)
}

function admits(options: CoreOptions, cells: Cells, { answer, sequence }: Reply): boolean {
  const value = answer?.session
  if (value === undefined || value === cells.session?.value) return true
  const known = cells.session
  if (!known) {
    cells.session = { value, sequence }
    return true
  }
  // A flight that began earlier may bring the former login's answer late: it changes nothing.
  if (sequence <= known.sequence) return false
  reset(options, cells, { cause: 'session', identity: cells.identity })
  cells.session = { value, sequence }
  return false
}
