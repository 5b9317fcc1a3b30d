/** What the routes of the emulated Skyflow have at hand. */
import type { Accounts } from './accounts.ts'
import type { Bearers } from './bearer.ts'
import type { Access, Role } from './policy.ts'
import type { Schema } from './schema.ts'
import type { ServiceAccount } from './service-account.ts'
import type { VaultStore } from './store.ts'
import type { Vault } from './vault.ts'

/** What the outside may change about the service while it runs. */
export interface SkyflowConditions {
  /** The service's clock, epoch milliseconds. */
  now(): number
  /** Whether a token that is good otherwise is refused all the same. */
  isRevoked(token: string, jti: string | undefined): boolean
}

export interface SkyflowState {
  vaultId: string
  /** Whom the vault, its service accounts belong to. */
  accountId: string
  /** All there are. */
  roles: readonly Role[]
  tokenUri: string
  filesUrl: string
  /**
   * How long bearer tokens live: as long as the assertion that asked for them, an hour at most, or so many
   * seconds.
   */
  bearerLifetime: 'assertion' | number
  accounts: Accounts
  bearers: Bearers
  schema: Schema
  conditions: SkyflowConditions
  /** A reset replaces the store as a whole, so it is asked for anew in each request. */
  store(): VaultStore
}

/** Hono's view of the service: what the bearer token's holder may do, on every route of the vault. */
export interface SkyflowEnvironment {
  Variables: { vault: Vault; access: Access; account: ServiceAccount }
}
