/** What one emulated organization holds: API keys, roles, logins, the services with their content. */
import type { Role } from './permissions.ts'

export interface ApiKey {
  /** `{organization}.{keyId}` */
  id: string
  name: string
  subject: string
  /** Epoch milliseconds; without one it is valid for ever. */
  expiresAtMs: number | undefined
  /** Ids of its roles. */
  roles: Set<string>
}

export interface Login {
  subject: string
  /** Epoch milliseconds. */
  expiresAtMs: number
}

export interface WaltidStore {
  keys: Map<string, ApiKey>
  roles: Map<string, Role>
  /** By session. */
  logins: Map<string, Login>
}

export function createStore(first: {
  keys: readonly ApiKey[]
  roles: readonly Role[]
}): WaltidStore {
  return {
    keys: new Map(first.keys.map((key) => [key.id, { ...key, roles: new Set(key.roles) }])),
    roles: new Map(first.roles.map((role) => [role.id, role])),
    logins: new Map(),
  }
}
