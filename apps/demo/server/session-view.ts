/** What the demo's routes tell the page. Public facts only. */

export interface NodeView {
  did: string
  url: string
  /** The member's name at the broker, `{group}/{did}`. */
  audience: `records/${string}`
  isGranted: boolean
  /** True while the failure row has it down. */
  isDown: boolean
}

/** Somebody to sign in as. */
export interface UserView {
  id: string
  name: string
  role: string
  /** Node by node. */
  grantedNodes: readonly boolean[]
}

export interface SessionView {
  user: { id: string; name: string; role: string; holdsGroup: boolean } | null
  /** Longest life of a token given to this session. */
  lifetimeMs: number
  isEmulated: boolean
  nodes: readonly NodeView[]
  users: readonly UserView[]
}

export interface StatsView {
  /** Tokens the broker minted since it started, for everybody. */
  mintedForAll: number
}
