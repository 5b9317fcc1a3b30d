/** Keeps count of the tokens a minter mints, by number and by id. */
import type { Minter } from '@valetkey/broker'

export interface MintCounter {
  /** Tokens minted so far, for everybody. */
  count(): number
  /** Ids of a member's latest tokens. Ids are not secret. */
  latestIds(member: string): readonly string[]
  /** The same minter, counted. */
  counting<M extends Minter>(minter: M): M
}

/** More than can be alive at once in the demo. */
const IDS_KEPT = 50

/** Creates a counter at zero. */
export function createMintCounter(): MintCounter {
  let minted = 0
  const ids = new Map<string, string[]>()

  function note(member: string | undefined, id: string | undefined): void {
    minted += 1
    if (member === undefined || id === undefined) return
    ids.set(member, [...(ids.get(member) ?? []), id].slice(-IDS_KEPT))
  }

  return {
    count: () => minted,
    latestIds: (member) => ids.get(member) ?? [],
    counting: (minter) => ({
      ...minter,
      async mint(request) {
        const token = await minter.mint(request)
        note(request.member, token.id)
        return token
      },
    }),
  }
}
