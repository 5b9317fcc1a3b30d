/** Keeps count of the tokens that minters mint, by number and by fingerprint. */
import { createHash } from 'node:crypto'
import type { Minter } from '@valetkey/broker'

export interface MintCounter {
  /** Tokens minted so far, for everybody; of one vault alone if it is named. */
  count(vault?: string): number
  /** SHA-256 (hex) of a vault's latest tokens, by the group's member or the minter's name. */
  latest(vault: string): readonly string[]
  /** The same minter, counted. */
  counting<M extends Minter>(minter: M): M
}

/** More than can be alive at once in the demo. */
const KEPT = 50

/** Creates a counter at zero. */
export function createMintCounter(): MintCounter {
  const minted = new Map<string, number>()
  const fingerprints = new Map<string, string[]>()

  function note(vault: string, token: string): void {
    minted.set(vault, (minted.get(vault) ?? 0) + 1)
    const fingerprint = createHash('sha256').update(token).digest('hex')
    fingerprints.set(vault, [...(fingerprints.get(vault) ?? []), fingerprint].slice(-KEPT))
  }

  return {
    count: (vault) =>
      vault === undefined
        ? [...minted.values()].reduce((sum, count) => sum + count, 0)
        : (minted.get(vault) ?? 0),
    latest: (vault) => fingerprints.get(vault) ?? [],
    counting: (minter) => ({
      ...minter,
      async mint(request) {
        const token = await minter.mint(request)
        note(request.member ?? minter.name, token.value)
        return token
      },
    }),
  }
}
