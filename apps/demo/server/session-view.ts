/** What the demo's routes tell the page. Public facts only. */

export interface NodeView {
  did: string
  url: string
  isGranted: boolean
  /** True while the failure row has it down. */
  isDown: boolean
}

/** The Skyflow vault. Its ID is no secret: it stands in the path of every call. */
export interface PatientsView {
  url: string
  vaultId: string
  table: string
  isEmulated: boolean
  /** True while the failure row has it down. */
  isDown: boolean
  /** How much of a value this user may see; `null` without a grant. */
  access: 'plain' | 'masked' | null
}

/** Somebody to sign in as. */
export interface UserView {
  id: string
  name: string
  role: string
  /** Node by node. */
  grantedNodes: readonly boolean[]
  patients: PatientsView['access']
}

export interface SessionView {
  user: { id: string; name: string; role: string; holdsGroup: boolean } | null
  /** Longest life of a token given to this session. */
  lifetimeMs: number
  /** True where the SecretVault nodes are the sandbox's. */
  isEmulated: boolean
  nodes: readonly NodeView[]
  patients: PatientsView
  users: readonly UserView[]
}

export interface StatsView {
  /** Tokens the broker minted since it started, for everybody. */
  mintedForAll: number
}
