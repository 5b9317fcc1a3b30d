/** What a walt.id minter may be told. */

/** A secret, or the path of a file that holds it alone and is read again whenever it changes. */
export type SecretSource = string | { readonly file: string | URL }

export interface WaltidLogin {
  email: string
  password: SecretSource
  /** @default `/auth/account/emailpass` at `orgBaseUrl` */
  url?: string
}

/** `{org}`, `{key}` and `{role}` in paths stand for the organization, the key's id, the role's. */
export interface WaltidMinterOptions {
  /**
   * The organization's base URL, `https://{organization}.{your walt.id}`, or a host alias of it. walt.id's own
   * documents spell their sandbox's in three ways, so there is no default.
   */
  orgBaseUrl: string
  /** Its id, for example `acme`. */
  organization: string
  /** An administrator's API key, with the rights to create keys and to assign the role. This or `login`. */
  token?: SecretSource
  /** An administrator's account. This or `token`. */
  login?: WaltidLogin
  /**
   * The role that keys get, without the organization before it, or several. A key has the rights of all of them;
   * scopes of the broker (`role:<role id>`) narrow them.
   */
  roleId: string | readonly string[]
  /**
   * How long keys live: seconds, or as walt.id writes it: `15m`, `1d 12h`, `PT15M`. Sent as whole seconds, rounded
   * down; at least one.
   */
  lifetime: number | string
  /** What the keys are called, for people. @default 'Valet Key' */
  name?: string
  /** What their ids begin with: a to z, 0 to 9 and `-`. @default 'vk' */
  keyIdPrefix?: string
  /** A key for every user, in place of one for all who have the role. @default false */
  perSubject?: boolean
  /** @default '/v1/{org}.{key}/apikeys-api/api-keys/create' */
  createPath?: string
  /** @default '/v1/{org}.{role}/roles-api/roles/apikey/assign' */
  assignPath?: string
  /**
   * Looks at each new key, to be sure that it ends. walt.id documents the path alone. `true` for the defaults.
   *
   * @default false
   */
  view?: boolean | WaltidViewOptions
  /**
   * Deletes keys that got no role, and those of users who sign out. walt.id documents no such call. `true` for the
   * defaults.
   *
   * @default false, keys end by themselves
   */
  delete?: boolean | WaltidCallOptions
  /** This server's time, in milliseconds since the epoch. @default the system's */
  clock?: { now(): number }
  fetch?: typeof fetch
  /** How often a secret's file is looked at, in milliseconds. @default 5000 */
  watchIntervalMs?: number
}

export interface WaltidCallOptions {
  /** @default 'GET' to view, 'DELETE' to delete */
  method?: string
  /** @default '/v1/{org}.{key}/apikeys-api/api-keys/' and `view`, or `delete` */
  path?: string
}

export interface WaltidViewOptions extends WaltidCallOptions {
  /** The field that holds the end, as a date of ISO 8601. @default 'expiration' */
  expirationField?: string
}

export const OPTION_NAMES: readonly string[] = [
  'orgBaseUrl',
  'organization',
  'token',
  'login',
  'roleId',
  'lifetime',
  'name',
  'keyIdPrefix',
  'perSubject',
  'createPath',
  'assignPath',
  'view',
  'delete',
  'clock',
  'fetch',
  'watchIntervalMs',
]
