/** Gets one usable token: serves it, joins the request on its way, or starts one. */
import { TokenError, withFacts } from './errors.ts'
import { emit } from './events.ts'
import { look } from './expiry.ts'
import { coolDownMs } from './refresh-policy.ts'
import { type Core, enter } from './token-core.ts'
import { startFlight, unitOf, waitBeforeAsking } from './token-flights.ts'
import { type Held, isUsable } from './token-state.ts'
import { apply, type Entry } from './token-store.ts'
import { waitFor } from './wait-for.ts'

export interface Need {
  /** Milliseconds of life the token must have left. */
  readonly minRemaining?: number | undefined
  readonly signal?: AbortSignal | null | undefined
  /** A group is wanted, of which the key is a member. */
  readonly group?: Entry | undefined
}

/** Uses closer together than this need no second look at the timer. */
const USE_NOTED_MS = 1_000

/**
 * What is usable now, and nothing but a look at the clocks. Notes the use, which keeps the key refreshed
 * for a while; says so if a refresh is due.
 */
export function serve(core: Core, entry: Entry, minRemaining = 0): Held | undefined {
  const now = look(core)
  apply(core, entry, 'look', now)
  const { state, usedAt = 0 } = entry
  if (!isUsable(state, now, minRemaining)) return undefined
  entry.usedAt = now
  if (state.name === 'stale' && !state.pending && !entry.flight) core.onChange(true)
  else if (now - usedAt > USE_NOTED_MS) core.onChange()
  return state.held
}

/** For a caller who has to wait: the request to join, or the milliseconds until one may be sent. */
function prospect(core: Core, entry: Entry, minRemaining: number): Promise<void> | number {
  const { state, audience, flight } = entry
  const now = look(core)
  const { held, trouble } = state
  if (core.groups.has(audience)) throw new TokenError('audience_is_group', '', { audience })
  if (flight && state.pending) return flight
  if (trouble && trouble.pausedUntil > now) throw trouble.error
  if (core.hold && core.hold.until > now) throw withFacts(core.hold.error, { audience })
  if (state.name !== 'rejected' && held && minRemaining > held.lifetimeMs)
    throw unmet(entry, minRemaining)
  return waitBeforeAsking(core, entry, now)
}

function unmet(entry: Entry, minRemaining: number, retryAt?: number): TokenError {
  const message = `${entry.state.held?.lifetimeMs} of ${minRemaining} ms`
  const facts = { audience: entry.audience, retryAt, retryable: !!retryAt }
  // With no wish for more, what came was dead on arrival.
  return new TokenError(minRemaining ? 'min_remaining_unmet' : 'broker_timeout', message, facts)
}

/**
 * A usable token for one caller. The caller's abort or timeout leaves the request on its way and
 * everybody else's wait untouched.
 */
export async function acquire(core: Core, entry: Entry, need: Need): Promise<Held> {
  const { clock } = core
  const epoch = core.end.signal
  const { minRemaining = 0, signal, group } = need
  const until = clock.mono() + core.timeoutMs
  let waited = false
  for (;;) {
    signal?.throwIfAborted()
    enter(core)
    epoch.throwIfAborted()
    const held = serve(core, entry, minRemaining)
    if (held) return held
    const next = prospect(core, entry, minRemaining)
    // Told at once, however short the pause before the next try came out.
    const trouble = waited && entry.state.trouble
    if (trouble) throw trouble.error
    const wait = { clock, signal, ended: epoch, timeoutMs: until - clock.mono() }
    if (typeof next !== 'number') {
      await waitFor(() => next, wait)
      waited = true
    } else if (!next) {
      void startFlight(core, group ? unitOf(core, entry, look(core)) : entry, false)
    } else {
      if (waited || next > wait.timeoutMs) throw unmet(entry, minRemaining, clock.wall() + next)
      await waitFor(
        (gone) =>
          new Promise<void>((resolve) => {
            gone.addEventListener('abort', clock.after(Math.ceil(next), resolve))
          }),
        wait,
      )
    }
  }
}

/**
 * What a vault's 401 leads to: another token to replay with, or `undefined` if the 401 stands. However
 * many calls were refused with one token, it is replaced once.
 */
export async function replace(
  core: Core,
  entry: Entry,
  { refused, signal }: { refused: Held } & Need,
): Promise<Held | undefined> {
  const now = look(core)
  const epoch = core.end.signal
  const { audience, generation } = refused
  emit(core, 'refused', { audience, generation })
  if (entry.generation <= generation) {
    if (entry.coolUntil > now) {
      emit(core, 'replay-skipped', { audience, why: 'cool-down' })
      return undefined
    }
    apply(core, entry, 'refused')
  }
  try {
    const held = await acquire(core, entry, { signal })
    return held.generation > generation ? held : undefined
  } catch {
    // The caller's abort or the user's change is theirs to know; else the 401 stands.
    signal?.throwIfAborted()
    epoch.throwIfAborted()
    return undefined
  }
}

/** A token minted for a refusal was refused too: 401s of this key pass through for a while. */
export function rejectAgain(core: Core, entry: Entry, held: Held): void {
  const now = look(core)
  if (entry.coolUntil > now) return
  const lengthMs = coolDownMs(held.lifetimeMs)
  entry.coolUntil = now + lengthMs
  emit(core, 'token-rejected', { audience: entry.audience, until: core.clock.wall() + lengthMs })
}
