/** What the routes of the emulated NexusRunDB have at hand. */
import type { AccessKey, AccessKeys } from './access-keys.ts'
import type { NexusRunDbHabits } from './habits.ts'
import type { BucketStore } from './store.ts'
import type { Tokens } from './tokens.ts'

/** What the outside may change about the service while it runs. */
export interface NexusRunDbConditions {
  /** The service's clock, epoch milliseconds. */
  now(): number
  /** Whether a token that is good otherwise is refused all the same. */
  isRevoked(token: string, jti: string | undefined): boolean
}

export interface NexusRunDbState {
  databaseId: string
  keys: AccessKeys
  tokens: Tokens
  habits: Required<NexusRunDbHabits>
  conditions: NexusRunDbConditions
  /** A reset replaces the store as a whole, so it is asked for anew in each request. */
  store(): BucketStore
}

/** Who calls: with an access key, or nobody in particular. */
export interface Caller {
  readonly key: AccessKey | undefined
  readonly by: 'basic' | 'bearer' | 'nothing'
}

/** Hono's view of the service. */
export interface NexusRunDbEnvironment {
  Variables: { caller: Caller }
}
