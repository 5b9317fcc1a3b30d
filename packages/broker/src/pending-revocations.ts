/** Sees to it that a revocation which could not be told is told before anything else is asked. */
import type { SharedCache } from './shared-cache.ts'

/**
 * While a revocation is pending this process neither reads nor writes what is shared: it might find what it
 * has revoked.
 */
export function withPendingRevocations(shared: SharedCache): SharedCache {
  const pending = new Set<string>()

  async function tell(marks: readonly string[]): Promise<void> {
    for (const mark of marks) pending.add(mark)
    const told = [...pending]
    await shared.revoke(told)
    for (const mark of told) pending.delete(mark)
  }

  return {
    ...shared,
    revoke: tell,
    async read(key, marks) {
      if (pending.size > 0) await tell([])
      return shared.read(key, marks)
    },
  }
}
