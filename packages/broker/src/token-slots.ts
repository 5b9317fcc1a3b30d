/** A bounded number of places for tokens: the least recently used one goes first. */
import type { Clock } from './clock.ts'

/** A token as the broker keeps it. */
export interface CachedToken {
  readonly value: string
  /** Random, so that it says nothing of the value. */
  readonly tokenId: string
  /** Epoch milliseconds, before the upstream call. */
  readonly mintedAt: number
  readonly expiresAt: number
  readonly scope?: string | undefined
  readonly resource?: string | undefined
}

/** All that is known under one key. */
export interface TokenSlot {
  token?: CachedToken
  /** The mint under way; a slot that has one is never dropped. */
  flight?: Promise<CachedToken>
  /** Epoch milliseconds of the last mint for a refused token. */
  forcedAt?: number
}

export interface TokenSlots {
  /** The slot of a key, an empty one if need be. */
  use(key: string): TokenSlot
  /** Drops what ended, now and then, and whatever is too many. */
  makeRoom(): void
  clear(): void
}

const SWEEP_INTERVAL_MS = 60_000

export function createTokenSlots({
  clock,
  maxTokens,
}: {
  clock: Required<Clock>
  maxTokens: number
}): TokenSlots {
  /** In order of use, the least recent first. */
  const slots = new Map<string, TokenSlot>()
  let sweptAt = clock.now()

  function sweep(now: number): void {
    sweptAt = now
    for (const [key, { token, flight }] of slots)
      if (!flight && (!token || token.expiresAt <= now)) slots.delete(key)
  }

  return {
    use(key) {
      const slot = slots.get(key) ?? {}
      slots.delete(key)
      slots.set(key, slot)
      return slot
    },
    makeRoom() {
      const now = clock.now()
      if (slots.size > maxTokens || now - sweptAt >= SWEEP_INTERVAL_MS) sweep(now)
      for (const [key, { flight }] of slots) {
        if (slots.size <= maxTokens) return
        if (!flight) slots.delete(key)
      }
    },
    clear: () => slots.clear(),
  }
}
