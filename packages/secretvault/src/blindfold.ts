/** Loads blindfold at first need, with the keys that it shares by. */
import type { SecretKey } from '@nillion/blindfold'
import type { ShareMode } from './types.ts'
import { VaultError } from './vault-error.ts'

type Library = typeof import('@nillion/blindfold')

/** What `match` is keyed with, or how to get it. */
export type MatchSeed =
  | string
  | Uint8Array
  | (() => string | Uint8Array | Promise<string | Uint8Array>)

export interface Blindfold {
  library(): Promise<Library>
  keyFor(size: number, mode: ShareMode): Promise<SecretKey>
}

/** Nothing is loaded until a secret is met. */
export function createBlindfold(seed: MatchSeed | undefined): Blindfold {
  let loading: Promise<Library> | undefined
  const keys = new Map<string, Promise<SecretKey>>()

  function library(): Promise<Library> {
    loading ??= load().catch((cause: unknown) => {
      loading = undefined
      throw new VaultError('sharing_unavailable', 'Secret sharing could not be loaded', { cause })
    })
    return loading
  }

  async function makeKey(size: number, mode: ShareMode): Promise<SecretKey> {
    const { ClusterKey, SecretKey } = await library()
    const nodes = Array.from({ length: size }, () => ({}))
    // A cluster key holds no secret; only the number of nodes counts.
    if (mode !== 'match') return ClusterKey.generate({ nodes }, { [mode]: true })
    const given = await (typeof seed === 'function' ? seed() : seed)
    if (given?.length) return SecretKey.generate({ nodes }, { match: true }, null, given)
    throw new VaultError('config', 'Secrets shared as match need the option matchSeed')
  }

  return {
    library,
    keyFor(size, mode) {
      const name = `${mode} ${size}`
      const key =
        keys.get(name) ??
        makeKey(size, mode).catch((error: unknown) => {
          keys.delete(name)
          throw error
        })
      keys.set(name, key)
      return key
    },
  }
}

async function load(): Promise<Library> {
  // blindfold reads the global that only Node has. The slash asks bundlers for the package, not for Node's.
  if (!('Buffer' in globalThis)) {
    const { Buffer } = await import('buffer/')
    Object.defineProperty(globalThis, 'Buffer', {
      value: Buffer,
      configurable: true,
      writable: true,
    })
  }
  return import('@nillion/blindfold')
}
