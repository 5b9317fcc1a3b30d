/** Keeps which tokens were revoked, by the SHA-256 of their segment. */
import { duplicateEntry } from './errors.ts'

export interface Revocations {
  /** Throws 400 for one that is revoked already. */
  add(tokenHash: string, endsAt: Date): void
  /** Those of the hashes that are revoked at that time. */
  among(tokenHashes: readonly string[], now: Date): string[]
}

export function createRevocations(revocations: Map<string, Date>): Revocations {
  return {
    add(tokenHash, endsAt) {
      if (revocations.has(tokenHash)) throw duplicateEntry({ tokenHash })
      revocations.set(tokenHash, endsAt)
    },
    among: (tokenHashes, now) =>
      tokenHashes.filter((hash) => Number(revocations.get(hash) ?? 0) > Number(now)),
  }
}
