/** A bounded number of places for tokens: the least recently used one goes first. */
import type { WireErrorCode } from '@valetkey/protocol'
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
  /** The upstream's own id of it. */
  readonly id?: string | undefined
}

/** How the last mint of a key went wrong. */
export interface MintFailure {
  readonly code: WireErrorCode
  /** Epoch milliseconds until which nobody tries again. */
  readonly endsAt: number
}

/** All that is known under one key. */
export interface TokenSlot {
  token?: CachedToken
  /** The mint under way; a slot that has one is never dropped. */
  flight?: Promise<CachedToken>
  /** Epoch milliseconds of the last mint for a refused token. */
  forcedAt?: number
  failure?: MintFailure
  /** What the token is forgotten with. */
  marks?: readonly string[]
  /** True once it was: a mint that is still under way came too late. */
  isForgotten?: boolean
}

export interface TokenSlots {
  /** The slot of a key, an empty one if need be. */
  use(key: string): TokenSlot
  /** Drops what ended, now and then, and whatever is too many. */
  makeRoom(): void
  /** Drops what has one of the marks, or everything; nobody gets what a mint under way brings. */
  forget(marks: readonly string[] | 'all'): void
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
    for (const [key, { token, flight, failure }] of slots) {
      const endsAt = Math.max(token?.expiresAt ?? 0, failure?.endsAt ?? 0)
      if (!flight && endsAt <= now) slots.delete(key)
    }
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
    forget(marks) {
      for (const [key, slot] of slots) {
        if (marks !== 'all' && !slot.marks?.some((mark) => marks.includes(mark))) continue
        slots.delete(key)
        slot.isForgotten = true
        delete slot.token
      }
    },
  }
}
