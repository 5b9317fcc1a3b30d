/** Gets one usable token: serves it, joins the request on its way, or starts one. */
import { isTokenError, TokenError, withFacts } from './errors.ts'
import { elapsedMs, type Instant, leftMs, readInstant } from './expiry.ts'
import { coolDownMs } from './refresh-policy.ts'
import type { Core } from './token-core.ts'
import { payForAsking, startFlight, waitBeforeAsking } from './token-flights.ts'
import { type Held, heldIn, isPending, isUsable, troubleIn } from './token-state.ts'
import type { Entry } from './token-store.ts'
import { delay, waitFor } from './wait-for.ts'

export interface Need {
  /** Milliseconds of life the token must have left. */
  minRemaining: number
  signal: AbortSignal | undefined
}

/** Uses closer together than this need no second look at the timer. */
const USE_NOTED_MS = 1_000

type Decision =
  | { do: 'serve'; held: Held }
  | { do: 'fail'; error: TokenError }
  | { do: 'join'; flight: Promise<void> }
  | { do: 'ask'; waitMs: number }

/** What to do for a caller now. Looks at the state; changes it only by the passing of time. */
export function decide(core: Core, entry: Entry, minRemaining: number): Decision {
  const now = core.look()
  core.store.apply(entry, { type: 'look', now })
  const { state, audience } = entry
  const held = heldIn(state)
  if (held && isUsable(state, now, minRemaining)) return { do: 'serve', held }
  if (core.store.members(audience))
    return {
      do: 'fail',
      error: new TokenError('audience_is_group', 'A group has no token of its own', { audience }),
    }
  if (state.name === 'closed')
    return { do: 'fail', error: new TokenError('disposed', 'The client was disposed of') }
  if (entry.flight && isPending(state)) return { do: 'join', flight: entry.flight }
  const trouble = troubleIn(state)
  if (trouble && leftMs(trouble.pause, now) > 0) return { do: 'fail', error: trouble.error }
  const busy = core.held(now)
  if (busy) return { do: 'fail', error: withFacts(busy, { audience }) }
  if (state.name !== 'rejected' && held && minRemaining > held.lifetimeMs)
    return { do: 'fail', error: tooMuchAsked(entry, held, minRemaining) }
  return { do: 'ask', waitMs: waitBeforeAsking(core, entry, now) }
}

function tooMuchAsked({ audience }: Entry, held: Held, minRemaining: number): TokenError {
  const given = Math.round(held.lifetimeMs)
  return new TokenError(
    'min_remaining_unmet',
    `The broker gives ${given} ms, ${minRemaining} ms were asked for`,
    { audience },
  )
}

/** Notes the use, which keeps the key refreshed for a while; says so if a refresh is due. */
export function noteUse(core: Core, entry: Entry, now: Instant): void {
  const before = entry.lastUsed
  entry.lastUsed = now
  const { state } = entry
  if (state.name === 'stale' && !state.pending && !entry.flight) core.onDue()
  else if (!before || elapsedMs(before, now) > USE_NOTED_MS) core.onActivity()
}

/**
 * A usable token for one caller. The caller's abort or timeout leaves the request on its way and
 * everybody else's wait untouched.
 */
export async function acquire(core: Core, entry: Entry, need: Need): Promise<Held> {
  const until = core.clock.mono() + core.timeoutMs
  const epoch = core.epoch()
  let asked = false
  let waited = false
  entry.lastUsed ??= readInstant(core.clock)
  for (;;) {
    need.signal?.throwIfAborted()
    assertEpoch(core, epoch)
    const decision = decide(core, entry, need.minRemaining)
    if (decision.do === 'serve') {
      noteUse(core, entry, readInstant(core.clock))
      return decision.held
    }
    if (decision.do === 'fail') throw decision.error
    // Told at once, however short the pause before the next try came out.
    const failed = waited && troubleIn(entry.state)
    if (failed) throw failed.error
    const timeoutMs = until - core.clock.mono()
    const wait = { clock: core.clock, signal: need.signal, ended: core.ended(), timeoutMs }
    if (decision.do === 'join') {
      await waitFor(decision.flight, wait)
      waited = true
    } else {
      if (asked && decision.waitMs > 0) throw afterVain(entry, need)
      if (decision.waitMs > timeoutMs) throw tooLong(core, entry, decision.waitMs)
      if (decision.waitMs > 0) await pause(core, decision.waitMs, wait)
      else asked = ask(core, entry)
    }
  }
}

/** Nothing of an older epoch may be handed out, whatever was awaited meanwhile. */
export function assertEpoch(core: Core, epoch: number): void {
  if (core.epoch() === epoch) return
  core.enter()
  throw new TokenError('identity_changed', 'Somebody else is signed in now')
}

function ask(core: Core, entry: Entry): true {
  payForAsking(core, entry, readInstant(core.clock))
  void startFlight(core, entry, false)
  return true
}

async function pause(
  core: Core,
  waitMs: number,
  wait: Parameters<typeof waitFor>[1],
): Promise<void> {
  const { done, cancel } = delay(core.clock, Math.ceil(waitMs))
  await waitFor(done, wait).finally(cancel)
}

/** The broker was asked and what it gave is still not enough. */
function afterVain(entry: Entry, { minRemaining }: Need): TokenError {
  const held = heldIn(entry.state)
  if (held) return tooMuchAsked(entry, held, minRemaining)
  return new TokenError('temporarily_unavailable', 'The broker gave no usable token', {
    audience: entry.audience,
  })
}

function tooLong(core: Core, entry: Entry, waitMs: number): TokenError {
  const { audience, state } = entry
  const retryAt = core.clock.wall() + waitMs
  if (state.name === 'rejected')
    return new TokenError('token_rejected', 'Another token may not be asked for yet', {
      audience,
      retryAt,
      retryable: true,
    })
  return new TokenError('min_remaining_unmet', 'A longer-lived token may not be asked for yet', {
    audience,
    retryAt,
    retryable: true,
  })
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
  const now = core.look()
  const { audience } = entry
  core.events.emit('refused', { audience, generation: refused.generation })
  if (!isOvertaken(entry, refused)) {
    if (entry.coolDown && leftMs(entry.coolDown, now) > 0) {
      core.events.emit('replay-skipped', { audience, why: 'cool-down' })
      return undefined
    }
    core.store.apply(entry, { type: 'refused' })
  }
  try {
    const held = await acquire(core, entry, { minRemaining: 0, signal })
    return held.generation > refused.generation ? held : undefined
  } catch (error) {
    if (signal?.aborted) throw error
    const gone =
      isTokenError(error) && (error.code === 'identity_changed' || error.code === 'disposed')
    if (gone) throw error
    return undefined
  }
}

function isOvertaken(entry: Entry, refused: Held): boolean {
  return entry.generation > refused.generation
}

/** A token minted for a refusal was refused too: 401s of this key pass through for a while. */
export function rejectAgain(core: Core, entry: Entry, refused: Held): void {
  const now = core.look()
  if (entry.coolDown && leftMs(entry.coolDown, now) > 0) return
  const lengthMs = coolDownMs(refused.lifetimeMs)
  entry.coolDown = { from: now, lengthMs }
  core.events.emit('token-rejected', { audience: entry.audience, until: now.wall + lengthMs })
}
