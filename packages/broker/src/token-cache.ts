/** Tokens in memory, one flight per key: finds one that will do, or sees to it that one is minted. */
import type { Clock } from './clock.ts'
import { OAuthError } from './oauth-error.ts'
import type { SharedFlight } from './shared-flight.ts'
import { failureOf } from './token-record.ts'
import { type CachedToken, createTokenSlots, type TokenSlot } from './token-slots.ts'
import {
  failureLeft,
  isDueByForce,
  isFresh,
  isSettled,
  mayServe,
  type TokenWish,
} from './token-verdict.ts'

export interface Lookup extends TokenWish {
  /** All that the token depends on. */
  key: string
  /** What the token is forgotten with. */
  marks?: readonly string[]
  /** Why this caller may not cause a mint, if so. */
  refusal?: () => OAuthError | undefined
  mint: () => Promise<CachedToken>
  /** Called with what was minted for somebody who may not have it any more. */
  discard?: (token: CachedToken) => void
}

export interface TokenCache {
  /** A cached token that will do, at once if it can be; else a new one; the old one, while it is usable, if the mint fails or is slow. */
  get(lookup: Lookup): CachedToken | Promise<CachedToken>
  /** Forgets all tokens that have one of the marks. */
  forget(marks: readonly string[] | 'all'): void
}

export interface TokenCacheParts {
  clock: Required<Clock>
  maxTokens: number
  /** How long a caller waits for a new token who could have the old one. Default: to the end. */
  graceMs?: number
  /** Asks the other processes before it mints. Default: there are none. */
  share?: SharedFlight | undefined
  /** Learns what other processes have revoked. Default: there are none. */
  catchUp?: (() => Promise<void> | undefined) | undefined
  /** Keeps a shutdown waiting until the work is done. */
  hold?: (work: Promise<void>) => void
}

export function createTokenCache(parts: TokenCacheParts): TokenCache {
  const { clock, maxTokens, hold } = parts
  const slots = createTokenSlots({ clock, maxTokens })

  function launch(slot: TokenSlot, lookup: Lookup, isForced: boolean): Promise<CachedToken> {
    const flight = fly(parts, { slot, lookup, isForced }).finally(() => {
      delete slot.flight
      slots.makeRoom()
    })
    slot.flight = flight
    hold?.(flight.then(noop, noop))
    return flight
  }

  /** At once where it can, since most tokens are at hand. */
  function find(lookup: Lookup): CachedToken | Promise<CachedToken> {
    const now = clock.now()
    const slot = slots.use(lookup.key)
    slot.marks ??= lookup.marks ?? []
    const { token, flight } = slot
    const isForced = isDueByForce(slot, lookup, now)
    if (!flight && token && !isForced && isFresh(token, lookup, now)) return token
    return bring(lookup, { slot, isForced, now })
  }

  async function bring(lookup: Lookup, { slot, isForced, now }: Brought): Promise<CachedToken> {
    const { flight } = slot
    const spared = isForced ? undefined : slot
    try {
      if (flight) return await unlessSlow(parts, flight, { slot: spared, lookup })
      const refusal = failureLeft(slot, now) ?? lookup.refusal?.()
      if (refusal) throw refusal
      if (isForced) slot.forcedAt = now
      const launched = launch(slot, lookup, isForced)
      return await unlessSlow(parts, launched, { slot: spared, lookup })
    } catch (error) {
      const old = spared?.token
      if (old && mayServe(old, lookup, clock.now())) return old
      throw error
    }
  }

  return {
    get(lookup) {
      const missed = parts.catchUp?.()
      return missed ? missed.then(() => find(lookup)) : find(lookup)
    },
    forget: (marks) => slots.forget(marks),
  }
}

interface Brought {
  slot: TokenSlot
  isForced: boolean
  now: number
}

interface Flown {
  slot: TokenSlot
  lookup: Lookup
  isForced: boolean
}

async function fly(
  { clock, share = async (order) => order.mint({}) }: TokenCacheParts,
  { slot, lookup, isForced }: Flown,
): Promise<CachedToken> {
  const { key, marks = [] } = lookup
  const force = isForced ? { forcedAt: clock.now() } : {}
  let minted: CachedToken | undefined
  let problem: unknown
  const { token, forcedAt, failure } = await share({
    key,
    marks,
    isSettled(known) {
      // What another process holds is better than nothing, should the mint fail or be slow.
      if (known.token && !slot.isForgotten) slot.token ??= known.token
      return isSettled(known, lookup, clock.now())
    },
    async mint(known) {
      try {
        minted = await lookup.mint()
        return { token: minted, ...force }
      } catch (error) {
        problem = error
        return { ...known, ...force, ...failureOf(error, clock.now()) }
      }
    },
  })
  if (slot.isForgotten) throw forgotten(minted, lookup)
  if (problem !== undefined) {
    if (failure) slot.failure = failure
    throw problem
  }
  if (!token) throw new Error('a flight came back without a token')
  keep(slot, { token, forcedAt })
  return token
}

/** The new token, or the old one when the new one keeps its caller waiting. */
async function unlessSlow(
  { clock, graceMs }: TokenCacheParts,
  flight: Promise<CachedToken>,
  { slot, lookup }: { slot: TokenSlot | undefined; lookup: Lookup },
): Promise<CachedToken> {
  if (!slot || graceMs === undefined) return flight
  return new Promise((resolve, reject) => {
    const cancel = clock.after(graceMs, () => {
      const old = slot.token
      if (old && mayServe(old, lookup, clock.now())) resolve(old)
    })
    flight.then(resolve, reject).finally(cancel)
  })
}

function keep(
  slot: TokenSlot,
  { token, forcedAt }: { token: CachedToken; forcedAt: number | undefined },
): void {
  slot.token = token
  delete slot.failure
  if (forcedAt === undefined) delete slot.forcedAt
  else slot.forcedAt = forcedAt
}

/** Among those who waited may be the one who has just signed out. */
function forgotten(minted: CachedToken | undefined, { discard }: Lookup): OAuthError {
  if (minted) discard?.(minted)
  const text = 'Tokens were revoked while this one was minted; ask again'
  return new OAuthError('temporarily_unavailable', text, { retryAfterMs: 1_000 })
}

function noop(): void {}
