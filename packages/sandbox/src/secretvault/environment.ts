/** What the routes of a SecretVault node have at hand. */
import type { Account } from './accounts.ts'
import type { CreditStatus } from '../fault-shape.ts'
import type { Identity } from './identity.ts'
import type { Store } from './store.ts'

/** What the outside may change about a node while it runs. */
export interface NodeConditions {
  /** The node's clock, epoch milliseconds. */
  now(): number
  /** Whether a token with a good signature is refused all the same. */
  isRevoked(token: string, jti: string | undefined): boolean
  settings(): NodeSettings
}

export interface NodeSettings {
  /** Without one every seed-era route that needs a token answers 402. */
  subscription: 'active' | 'inactive'
  credits: CreditStatus
  maintenance: boolean
  migrating: boolean
  /** Requests a minute; without one there is no limit. */
  rateLimit?: number
  queryRunMs: number
  partialCreate: boolean
  rotatedKey: boolean
}

/** The seed era's API: that of nilDB 0.5, or of 0.4 before it. */
export type SeedVersion = '0.4' | '0.5'

export interface NodeState {
  /** Another one once its key was changed. */
  identity(): Identity
  url: string
  startedAt: Date
  /** Refuses what the real node lets pass. */
  isStrict: boolean
  seedVersion: SeedVersion
  conditions: NodeConditions
  /** A reset replaces the store as a whole, so it is asked for anew in each request. */
  store(): Store
  /** The node's clock as a date, for what it stores. */
  now(): Date
}

/** Hono's view of a node: the account is there on every route that needs a token. */
export interface NodeEnvironment {
  Variables: { account: Account }
}
