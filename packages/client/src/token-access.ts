/** Gets one usable token: serves it, joins the request on its way, or starts one. */
import { TokenError, withFacts } from './errors.ts'
import { emit } from './events.ts'
import { look } from './expiry.ts'
import { coolDownMs } from './refresh-policy.ts'
import { assertEpoch, type Core } from './token-core.ts'
import { startFlight, waitBeforeAsking } from './token-flights.ts'
import { type Held, heldIn, isPending, isUsable, troubleIn } from './token-state.ts'
import { apply, type Entry } from './token-store.ts'
import { waitFor } from './wait-for.ts'

export interface Need {
  /** Milliseconds of life the token must have left. */
  readonly minRemaining: number
  readonly signal: AbortSignal | undefined
}

/** Uses closer together than this need no second look at the timer. */
const USE_NOTED_MS = 1_000

/** What to do for a caller now; the milliseconds to wait before asking, where asking it is. */
type Decision =
  | { held: Held }
  | { error: TokenError }
  | { flight: Promise<void> }
  | { waitMs: number }

/** Decides by the state as it is now. Changes it only by the passing of time. */
export function decide(core: Core, entry: Entry, minRemaining: number): Decision {
  const now = look(core)
  apply(core, entry, 'look', now)
  const { state, audience } = entry
  const held = heldIn(state)
  if (held && isUsable(state, now, minRemaining)) return { held }
  if (core.groups.has(audience))
    return { error: new TokenError('audience_is_group', '', { audience }) }
  if (entry.flight && isPending(state)) return { flight: entry.flight }
  const trouble = troubleIn(state)
  if (trouble && trouble.pausedUntil > now) return { error: trouble.error }
  if (core.hold && core.hold.until > now) return { error: withFacts(core.hold.error, { audience }) }
  if (state.name !== 'rejected' && held && minRemaining > held.lifetimeMs)
    return { error: unmet(entry, minRemaining) }
  return { waitMs: waitBeforeAsking(core, entry, now) }
}

function unmet({ audience, state }: Entry, minRemaining: number, retryAt?: number): TokenError {
  const given = heldIn(state)?.lifetimeMs
  const message = `${given} of ${minRemaining} ms`
  const retryable = retryAt !== undefined
  return new TokenError('min_remaining_unmet', message, { audience, retryAt, retryable })
}

/** Notes the use, which keeps the key refreshed for a while; says so if a refresh is due. */
export function noteUse(core: Core, entry: Entry, now: number): void {
  const { state, usedAt = 0 } = entry
  entry.usedAt = now
  if (state.name === 'stale' && !state.pending && !entry.flight) core.onChange(true)
  else if (now - usedAt > USE_NOTED_MS) core.onChange()
}

/**
 * A usable token for one caller. The caller's abort or timeout leaves the request on its way and
 * everybody else's wait untouched.
 */
export async function acquire(core: Core, entry: Entry, need: Need): Promise<Held> {
  const { clock, epoch, timeoutMs } = core
  const { minRemaining, signal } = need
  const until = clock.mono() + timeoutMs
  let waited = false
  for (;;) {
    signal?.throwIfAborted()
    assertEpoch(core, epoch)
    const decision = decide(core, entry, minRemaining)
    if ('held' in decision) {
      noteUse(core, entry, look(core))
      return decision.held
    }
    if ('error' in decision) throw decision.error
    // Told at once, however short the pause before the next try came out.
    const trouble = waited && troubleIn(entry.state)
    if (trouble) throw trouble.error
    const wait = { clock, signal, ended: core.end.signal, timeoutMs: until - clock.mono() }
    if ('flight' in decision) {
      await waitFor(decision.flight, wait)
      waited = true
    } else if (decision.waitMs > 0) {
      if (waited) throw unmet(entry, minRemaining)
      if (decision.waitMs > wait.timeoutMs)
        throw unmet(entry, minRemaining, clock.wall() + decision.waitMs)
      await pause(core, decision.waitMs, wait)
    } else {
      void startFlight(core, entry, false)
    }
  }
}

async function pause(
  { clock }: Core,
  delayMs: number,
  wait: Parameters<typeof waitFor>[1],
): Promise<void> {
  let cancel = () => {}
  const over = new Promise<void>((resolve) => {
    cancel = clock.after(Math.ceil(delayMs), resolve)
  })
  await waitFor(over, wait).finally(() => cancel())
}

/**
 * What a vault's 401 leads to: another token to replay with, or `undefined` if the 401 stands. However
 * many calls were refused with one token, it is replaced once.
 */
export async function replace(
  core: Core,
  entry: Entry,
  { refused, signal }: { refused: Held; signal: AbortSignal | undefined },
): Promise<Held | undefined> {
  const now = look(core)
  const { epoch } = core
  const { audience } = entry
  emit(core, 'refused', { audience, generation: refused.generation })
  if (entry.generation <= refused.generation) {
    if (entry.coolUntil > now) {
      emit(core, 'replay-skipped', { audience, why: 'cool-down' })
      return undefined
    }
    apply(core, entry, 'refused')
  }
  try {
    const held = await acquire(core, entry, { minRemaining: 0, signal })
    return held.generation > refused.generation ? held : undefined
  } catch {
    // The caller's abort or the user's change is theirs to know; else the 401 stands.
    signal?.throwIfAborted()
    assertEpoch(core, epoch)
    return undefined
  }
}

/** A token minted for a refusal was refused too: 401s of this key pass through for a while. */
export function rejectAgain(core: Core, entry: Entry, { lifetimeMs }: Held): void {
  const now = look(core)
  if (entry.coolUntil > now) return
  const lengthMs = coolDownMs(lifetimeMs)
  entry.coolUntil = now + lengthMs
  emit(core, 'token-rejected', { audience: entry.audience, until: core.clock.wall() + lengthMs })
}
