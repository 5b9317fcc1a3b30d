/** The audiences of a broker: looked up by name, groups opened into their members. */
import { isAudienceName, memberAudience, splitAudience } from '@valetkey/protocol'
import type { GroupMember, GroupMinter, Minter } from './minter.ts'
import type { ProxyRule } from './proxy-rules.ts'
import type { AudienceConfig, Audiences } from './types.ts'

/** How calls to an audience are forwarded. */
export interface ProxySettings {
  readonly allow: readonly ProxyRule[]
  readonly maxBodyBytes: number
  readonly stallTimeoutMs: number
  readonly totalTimeoutMs: number
}

/** One name of the configuration. */
export interface AudienceEntry {
  readonly name: string
  readonly minter: Minter | GroupMinter
  readonly maxLifetimeMs?: number | undefined
  readonly scopes?: readonly string[] | undefined
  readonly allowOutliving?: boolean | undefined
  readonly resource?: string | undefined
  /** Absent where browsers get the token. */
  readonly proxy?: ProxySettings
}

export type ProxiedEntry = AudienceEntry & { readonly proxy: ProxySettings }

const DEFAULT_MAX_BODY_BYTES = 64 * 1024 * 1024
const DEFAULT_STALL_TIMEOUT_MS = 30_000
const DEFAULT_TOTAL_TIMEOUT_MS = 600_000

/** One token to give: an audience, or a member of a group. */
export interface Target {
  /** As it stands on the wire. */
  readonly audience: string
  readonly entry: AudienceEntry
  readonly member?: GroupMember
}

/** What a name on the wire stands for; a group has a target per member. */
export interface Found {
  readonly entry: AudienceEntry
  readonly isGroup: boolean
  readonly targets: readonly Target[]
}

export interface Registry {
  /** Throws where a group breaks its contract. */
  find(audience: string): Found | undefined
  /** The name for a log: a stranger's text is not repeated. */
  labelOf(audience: string): string
  /** All names of the configuration. */
  readonly names: readonly string[]
  /** The rules of all proxied audiences. */
  readonly rules: readonly ProxyRule[]
}

/** `Map` and not an object: `constructor` is nobody's audience. */
export function createRegistry(audiences: Audiences): Registry {
  const entries = new Map(
    Object.entries(audiences).map(([name, value]) => [name, entryOf(name, value)]),
  )

  function find(audience: string): Found | undefined {
    const { name, member } = splitAudience(audience)
    const entry = entries.get(name)
    if (!entry) return undefined
    const members = membersOf(entry.minter)
    if (!members) {
      return member === undefined
        ? { entry, isGroup: false, targets: [{ audience, entry }] }
        : undefined
    }
    const wanted = member === undefined ? members : memberNamed(members, member)
    if (!wanted) return undefined
    const targets = wanted.map((m) => ({
      audience: memberAudience(name, m.name),
      entry,
      member: m,
    }))
    return { entry, isGroup: member === undefined, targets }
  }

  return {
    find,
    names: [...entries.keys()],
    rules: [...entries.values()].flatMap(({ proxy }) => proxy?.allow ?? []),
    labelOf(audience) {
      try {
        return find(audience) ? audience : '(unknown)'
      } catch {
        return '(unknown)'
      }
    },
  }
}

/** Members by name, of lists that cannot change. */
const known = new WeakMap<readonly GroupMember[], ReadonlyMap<string, GroupMember>>()

function memberNamed(members: readonly GroupMember[], name: string): GroupMember[] | undefined {
  const byName = known.get(members)
  const member = byName ? byName.get(name) : members.find((one) => one.name === name)
  return member && [member]
}

/** The members of a group, `undefined` for a plain minter. Throws if the group breaks its contract. */
export function membersOf(minter: Minter | GroupMinter): readonly GroupMember[] | undefined {
  if (!isGroupMinter(minter)) return undefined
  const members = minter.members()
  if (known.has(members)) return members
  const names = members.map(({ name }) => name)
  const bad = names.find((name) => !isAudienceName(name))
  if (bad !== undefined)
    throw new Error('members() gave a name that is no audience name (letters, digits and ._:@-)')
  if (new Set(names).size < names.length) throw new Error('members() gave a name twice')
  // What cannot change is looked at once.
  if (Object.isFrozen(members))
    known.set(members, new Map(members.map((member) => [member.name, member])))
  return members
}

function isGroupMinter(minter: Minter | GroupMinter): minter is GroupMinter {
  return 'members' in minter && typeof minter.members === 'function'
}

export function isAudienceConfig(value: Audiences[string]): value is AudienceConfig {
  return 'minter' in value
}

function entryOf(name: string, value: Audiences[string]): AudienceEntry {
  const config: AudienceConfig = isAudienceConfig(value) ? value : { minter: value }
  const { minter, maxLifetimeMs, scopes, allowOutliving, resource } = config
  const entry = { name, minter, maxLifetimeMs, scopes, allowOutliving, resource }
  if (deliveryOf(config) === 'token') return entry
  const {
    allow = [],
    maxBodyBytes = DEFAULT_MAX_BODY_BYTES,
    stallTimeoutMs = DEFAULT_STALL_TIMEOUT_MS,
    totalTimeoutMs = DEFAULT_TOTAL_TIMEOUT_MS,
  } = config
  return { ...entry, proxy: { allow, maxBodyBytes, stallTimeoutMs, totalTimeoutMs } }
}

/** What the audience says; else the minter's wish. A token of full authority goes to no browser by either alone. */
export function deliveryOf(config: AudienceConfig): 'token' | 'proxy' {
  const isProxied = isKept(config) || config.minter.prefersProxy !== undefined
  return config.delivery ?? (isProxied ? 'proxy' : 'token')
}

/** The token is never for browsers, or carries full authority and nobody has allowed that it goes there. */
export function isKept({ minter, allowFullAuthority }: AudienceConfig): boolean {
  if (minter.staysOnServer !== undefined) return true
  const isAllowed = allowFullAuthority ?? minter.allowFullAuthority ?? false
  return minter.fullAuthority !== undefined && !isAllowed
}
