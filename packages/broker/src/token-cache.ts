/** Tokens in memory, one flight per key: decides when a cached one will do and when a mint is due. */
import type { Clock } from './clock.ts'
import { ROUNDING_MS } from './lifetime.ts'
import { type CachedToken, createTokenSlots, type TokenSlot } from './token-slots.ts'

export interface Lookup {
  /** All that the token depends on. */
  key: string
  /** Epoch milliseconds: a token that really lives longer is not for this caller. */
  latestExpiresAt: number
  /** Epoch milliseconds: the end of the login, where no new token could outlive it either. */
  ceilingAt?: number | undefined
  /** Least share of its full life a token must have left. */
  freshShare: number
  /** Id of a token that a vault refused. */
  rejected?: string | undefined
  mint: () => Promise<CachedToken>
}

export interface TokenCache {
  /** A cached token that will do, else a new one; the old one, while it is usable, if the mint fails. */
  get(lookup: Lookup): Promise<CachedToken>
  clear(): void
}

/** A refused token is replaced by force at most once in this time. */
const FORCE_INTERVAL_MS = 10_000

export interface TokenCacheParts {
  clock: Required<Clock>
  maxTokens: number
}

export function createTokenCache({ clock, maxTokens }: TokenCacheParts): TokenCache {
  const slots = createTokenSlots({ clock, maxTokens })

  function launch(slot: TokenSlot, { mint }: Lookup): Promise<CachedToken> {
    const flight = mint()
      .then((token) => {
        slot.token = token
        return token
      })
      .finally(() => {
        delete slot.flight
        slots.makeRoom()
      })
    slot.flight = flight
    return flight
  }

  async function get(lookup: Lookup): Promise<CachedToken> {
    const now = clock.now()
    const slot = slots.use(lookup.key)
    const { token, flight } = slot
    const isForced = token !== undefined && isDueByForce(slot, lookup, now)
    if (!flight && token && !isForced && isFresh(token, lookup, now)) return token
    if (isForced && !flight) slot.forcedAt = now
    try {
      return await (flight ?? launch(slot, lookup))
    } catch (error) {
      const old = isForced ? undefined : slot.token
      if (old && mayServe(old, lookup, clock.now())) return old
      throw error
    }
  }

  return { get, clear: () => slots.clear() }
}

/** The token that was refused is the one held, and none was replaced by force a moment ago. */
function isDueByForce({ token, forcedAt }: TokenSlot, { rejected }: Lookup, now: number): boolean {
  const isCooling = forcedAt !== undefined && now - forcedAt < FORCE_INTERVAL_MS
  return token?.tokenId === rejected && !isCooling
}

function mayServe(token: CachedToken, { latestExpiresAt }: Lookup, now: number): boolean {
  return token.expiresAt > now && token.expiresAt <= latestExpiresAt + ROUNDING_MS
}

function isFresh(token: CachedToken, lookup: Lookup, now: number): boolean {
  if (!mayServe(token, lookup, now)) return false
  const { freshShare, ceilingAt } = lookup
  // Near the end of a login a new token would end with it too.
  if (ceilingAt !== undefined && token.expiresAt > ceilingAt - ROUNDING_MS) return true
  return token.expiresAt - now >= freshShare * (token.expiresAt - token.mintedAt)
}
