/** The one record that every part of a client works on: who is asking, by which clocks, in which epoch. */
import type { BrokerAccess } from './broker-transport.ts'
import { TokenError } from './errors.ts'
import { emit, type TokenEventMap } from './events.ts'
import { look } from './expiry.ts'
import { JUMP_SPREAD_MS } from './refresh-policy.ts'
import type { RetryBudget } from './retry-budget.ts'
import type { Reply, Requests } from './token-requests.ts'
import { apply, clearStore, groupOf, type TokenStore } from './token-store.ts'
import type { TabScope } from './types.ts'

export type Identity = string | null | undefined

export interface Core extends BrokerAccess, Requests, RetryBudget, TokenStore {
  readonly random: () => number
  readonly timeoutMs: number
  readonly keepInBackground?: boolean
  /** Origins a token may go to besides its resource's, by audience or group. */
  readonly listed: Readonly<Record<string, readonly string[]>>
  readonly preconnect: (origin: string) => void
  /** Who is signed in, where the app has said how to know. */
  readonly readIdentity: (() => Identity) | undefined
  readonly tabs?: TabScope | false | undefined
  /** Missing until first read or told. */
  owner?: { readonly identity: Identity } | undefined
  session?: { readonly value: string; readonly sequence: number } | undefined
  /** Lets the background work look again: at the end of this microtask, or at once for a token in use. */
  onChange(isDue?: boolean): void
  /** Tells the other tabs who it is now. */
  onReset(): void
}

/** After a clock jump every token is doubted: callers wait for another, what is kept fresh is renewed. */
export function doubtAll(core: Core, driftMs: number): void {
  const { time } = core.anchor
  for (const entry of core.entries.values()) {
    apply(core, entry, 'jumped')
    entry.spacedUntil = 0
    entry.renewAt = time + JUMP_SPREAD_MS * core.random()
  }
  emit(core, 'clock-jump', { driftMs })
}

/** Throws if disposed; resets if somebody else is signed in now. Called at every use. */
export function enter(core: Core): void {
  core.end.signal.throwIfAborted()
  if (!core.readIdentity) return
  const identity = core.readIdentity()
  core.owner ??= { identity }
  if (identity !== core.owner.identity) reset(core, 'identity', identity)
}

/** Forgets everything at once; whoever waits is told. */
export function reset(
  core: Core,
  cause: TokenEventMap['identity-changed']['cause'],
  identity?: Identity,
): void {
  const ending = core.end
  if (ending.signal.aborted) return
  core.owner = cause === 'tab' ? undefined : { identity }
  core.session = undefined
  core.hold = undefined
  core.end = new AbortController()
  endEpoch(core, ending, new TokenError('identity_changed'))
  clearStore(core)
  if (core.owner) core.onReset()
  emit(core, 'identity-changed', { cause })
  core.onChange()
}

/** Gives up the tokens of an audience or a group, and what is remembered of failures. */
export function invalidate(core: Core, target: string): void {
  const now = look(core)
  for (const entry of core.entries.values()) {
    const { audience } = entry
    if (audience !== target && groupOf(core, audience) !== target) continue
    apply(core, entry, 'heartened')
    if (entry.forcedUntil <= now) apply(core, entry, 'refused')
  }
  core.onChange()
}

/** Ends the client for good. */
export function dispose(core: Core): void {
  if (core.end.signal.aborted) return
  endEpoch(core, core.end, new TokenError('disposed'))
  for (const entry of core.entries.values()) apply(core, entry, 'closed')
  emit(core, 'disposed', {})
}

function endEpoch(core: Core, ending: AbortController, reason: TokenError): void {
  ending.abort(reason)
  // What was about to leave stays; whoever waits for it finds that the epoch is over.
  for (const { settle } of core.waiting.splice(0)) settle()
}

/** False if a reply belongs to another login than the one known; if that is a newer one, resets. */
export function admits(core: Core, { session: value, sequence }: Reply): boolean {
  const known = core.session
  if (value === undefined || value === known?.value) return true
  // A flight that began earlier may bring the former login's answer late: it changes nothing.
  if (known && sequence > known.sequence) reset(core, 'session', core.owner?.identity)
  core.session ??= { value, sequence }
  return !known
}
