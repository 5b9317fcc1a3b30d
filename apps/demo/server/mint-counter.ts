/** Keeps count of the tokens that minters mint, by number and by fingerprint. */
import { createHash } from 'node:crypto'
import type { Minter } from '@valetkey/broker'

export interface MintCounter {
  /** Tokens minted so far, for everybody. */
  count(): number
  /** SHA-256 (hex) of a vault's latest tokens, by the group's member or the minter's name. */
  latest(vault: string): readonly string[]
  /** The same minter, counted. */
  counting<M extends Minter>(minter: M): M
}

/** More than can be alive at once in the demo. */
const KEPT = 50

/** Creates a counter at zero. */
export function createMintCounter(): MintCounter {
  let minted = 0
  const fingerprints = new Map<string, string[]>()

  function note(vault: string, token: string): void {
    minted += 1
    const fingerprint = createHash('sha256').update(token).digest('hex')
    fingerprints.set(vault, [...(fingerprints.get(vault) ?? []), fingerprint].slice(-KEPT))
  }

  return {
    count: () => minted,
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
