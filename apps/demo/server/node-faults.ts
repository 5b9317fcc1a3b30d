/** What the failure row can do to an emulated node. */
import type { EmulatorControl } from '@valetkey/sandbox'
import type { MintCounter } from './mint-counter.ts'

const KINDS = ['down', 'up', 'revoke'] as const
export type FaultKind = (typeof KINDS)[number]

export interface NodeFaults {
  isKind(kind: unknown): kind is FaultKind
  /** `down` and `up` are the node's power switch; `revoke` makes it refuse every token it was minted. */
  set(did: string, kind: FaultKind): void
  isDown(did: string): boolean
}

/** Creates the faults of the sandbox's nodes, by DID. */
export function createNodeFaults(
  controls: ReadonlyMap<string, EmulatorControl>,
  mints: Pick<MintCounter, 'latestIds'>,
): NodeFaults {
  return {
    isKind: (kind): kind is FaultKind => KINDS.includes(kind as FaultKind),
    isDown: (did) => controls.get(did)?.faults().down ?? false,
    set(did, kind) {
      const control = controls.get(did)
      if (kind !== 'revoke') control?.fault({ down: kind === 'down' })
      else for (const jti of mints.latestIds(did)) control?.fault({ revoke: { jti } })
    },
  }
}
