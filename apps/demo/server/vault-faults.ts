/** What the failure bench can do to an emulated vault. */
import type { EmulatorControl } from '@valetkey/sandbox'
import type { MintCounter } from './mint-counter.ts'

const KINDS = ['down', 'up', 'revoke'] as const
export type FaultKind = (typeof KINDS)[number]

/** Vaults go by a node's DID, or by `skyflow`. */
export interface VaultFaults {
  isKind(kind: unknown): kind is FaultKind
  /** True for a vault that is emulated. */
  isKnown(vault: unknown): vault is string
  /** `down` and `up` are the vault's power switch; `revoke` makes it refuse every token it was minted. */
  set(vault: string, kind: FaultKind): void
  isDown(vault: string): boolean
}

/** Creates the faults of the sandbox's vaults. */
export function createVaultFaults(
  controls: ReadonlyMap<string, EmulatorControl>,
  mints: Pick<MintCounter, 'latest'>,
): VaultFaults {
  return {
    isKind: (kind): kind is FaultKind => KINDS.includes(kind as FaultKind),
    isKnown: (vault): vault is string => typeof vault === 'string' && controls.has(vault),
    isDown: (vault) => controls.get(vault)?.faults().down ?? false,
    set(vault, kind) {
      const control = controls.get(vault)
      if (kind !== 'revoke') control?.fault({ down: kind === 'down' })
      else for (const sha256 of mints.latest(vault)) control?.fault({ revoke: { sha256 } })
    },
  }
}
