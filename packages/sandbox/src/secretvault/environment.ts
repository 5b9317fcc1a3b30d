/** What the routes of a SecretVault node have at hand. */
import type { Account } from './accounts.ts'
import type { Store } from './store.ts'

/** What the outside may change about a node while it runs. */
export interface NodeConditions {
  /** The node's clock, epoch milliseconds. */
  now(): number
  /** Whether a token with a good signature is refused all the same. */
  isRevoked(token: string, jti: string | undefined): boolean
  /** Without a subscription every route that needs a token answers 402. */
  hasSubscription(): boolean
}

export interface NodeState {
  did: string
  publicKey: string
  url: string
  startedAt: Date
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
