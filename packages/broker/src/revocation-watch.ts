/** Learns in time what other processes have revoked. */
import type { Clock } from './clock.ts'
import type { SharedCache } from './shared-cache.ts'

export interface RevocationWatchParts {
  shared: SharedCache
  clock: Required<Clock>
  forget: (marks: readonly string[] | 'all') => void
}

/** A token that another process has revoked is handed out no longer than this. */
const INTERVAL_MS = 1_000

/**
 * Looks again if the last look was a second ago or more; `undefined` if there is nothing to wait for. A look
 * costs one command, whoever asks, and none while nobody asks.
 */
export function createRevocationWatch({
  shared,
  clock,
  forget,
}: RevocationWatchParts): () => Promise<void> | undefined {
  let cursor: string | undefined
  let lookedAt: number | undefined
  let looking: Promise<void> | undefined

  async function look(): Promise<void> {
    try {
      const seen = await shared.revokedSince(cursor)
      cursor = seen.cursor
      if (seen.marks === 'all' || seen.marks.length > 0) forget(seen.marks)
    } catch {
      // The flight says what happens while the store is away; tokens at hand go on being served.
    } finally {
      lookedAt = clock.now()
      looking = undefined
    }
  }

  return () => {
    const isDue = lookedAt === undefined || clock.now() - lookedAt >= INTERVAL_MS
    return isDue ? (looking ??= look()) : undefined
  }
}
