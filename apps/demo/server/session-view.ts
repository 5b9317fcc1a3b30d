/** What the demo's routes tell the page. Public facts only. */

export interface NodeView {
  did: string
  url: string
  isGranted: boolean
  /** True while the failure bench has it down. */
  isDown: boolean
}

/** The Skyflow vault. Its ID is no secret: it stands in the path of every call. */
export interface PatientsView {
  url: string
  vaultId: string
  table: string
  isEmulated: boolean
  /** True while the failure bench has it down. */
  isDown: boolean
  /** How much of a value this user may see; `null` without a grant. */
  access: 'plain' | 'masked' | null
}

/** The NexusRunDB database. */
export interface VisitsView {
  /** Ends in `/databases/{databaseId}`. */
  url: string
  bucket: string
  isDown: boolean
  /** The access key whose rights this user's tokens have; `null` without a grant. */
  access: 'write' | 'read' | null
}

/** The wallet and the trust registry in walt.id, by their dotted paths. */
export interface WalletView {
  url: string
  wallet: string
  trustRegistry: string
  /** How long API keys are asked to live, as walt.id writes it. */
  lifetime: string
  isDown: boolean
  isGranted: boolean
}

/** Somebody to sign in as. */
export interface UserView {
  id: string
  name: string
  role: string
  /** Node by node. */
  grantedNodes: readonly boolean[]
  patients: PatientsView['access']
  visits: VisitsView['access']
  wallet: boolean
}

export interface SessionView {
  user: { id: string; name: string; role: string; holdsGroup: boolean } | null
  /** Longest life of a token given to this session. */
  lifetimeMs: number
  /** True where the SecretVault nodes are the sandbox's. */
  isEmulated: boolean
  nodes: readonly NodeView[]
  patients: PatientsView
  visits: VisitsView
  wallet: WalletView
  users: readonly UserView[]
}

export interface StatsView {
  /** Tokens the broker minted since it started, for everybody. */
  mintedForAll: number
  /** API keys it made at walt.id, of these. */
  walletKeysForAll: number
}

/** One decision of the broker about a token of this session. */
export interface AuditEntry {
  /** Grows with time. */
  id: number
  /** Epoch milliseconds. */
  at: number
  requestId: string
  subject: string
  audience: string
  /** Asked for by the page, by a forwarded call, by the server's own code, or for another operation. */
  via: 'tokens' | 'proxy' | 'server' | 'operation'
  /** `granted`, or the code of the refusal. */
  outcome: string
  reason?: string
  /** The first 16 hex digits of the token's SHA-256. Absent where no token was needed. */
  fingerprint?: string
  expiresAt?: number
  scope?: string
}
