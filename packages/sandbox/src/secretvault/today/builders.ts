/** Keeps the builders that one node knows. */
import { documentNotFound, duplicateEntry, invalidDid } from './errors.ts'

export interface Builder {
  did: string
  _created: Date
  _updated: Date
  name: string
  collections: string[]
  queries: string[]
}

export interface Builders {
  find(did: string): Builder | undefined
  /** Throws 404 unless it is registered. */
  require(did: string): Builder
  /** Throws 400 for one that is registered already, or for a DID of another kind. */
  register(builder: { did: string; name: string }, now: Date): void
  rename(did: string, name: string, now: Date): void
  remove(did: string): void
}

export function createBuilders(builders: Map<string, Builder>): Builders {
  function requireBuilder(did: string): Builder {
    const builder = builders.get(did)
    if (!builder) throw documentNotFound('builders', { did })
    return builder
  }

  return {
    find: (did) => builders.get(did),
    require: requireBuilder,
    register({ did, name }, now) {
      if (!/^did:(ethr|key):/.test(did)) throw invalidDid()
      if (builders.has(did)) throw duplicateEntry({ did })
      const dates = { _created: now, _updated: now }
      builders.set(did, { did, ...dates, name, collections: [], queries: [] })
    },
    rename(did, name, now) {
      builders.set(did, { ...requireBuilder(did), name, _updated: now })
    },
    remove(did) {
      builders.delete(did)
    },
  }
}
